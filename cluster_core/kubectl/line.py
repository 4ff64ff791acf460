"""One line typed into the terminal: finds the verb, parses its flags, carries it out. Upstream: `k8s.io/kubectl/pkg/cmd/cmd.go`, spf13/cobra."""

from __future__ import annotations

from cluster_core.kubectl import usage
from cluster_core.kubectl.command_line import COMMON, Arguments, parse, split
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.verbs import CLOSEST, VERBS

LINE_MAX = 1024 * 1024
# Flags of every verb that take a value.
VALUED = tuple(sign for flag in COMMON if flag.kind != "bool" for sign in (f"--{flag.name}", f"-{flag.short}"))
# Verbs that are also the beginning of others, and need words of their own.
GATHERED = ("create",)


def carry_out(terminal: Terminal, line: str) -> Talk:
    """Run a line such as `kubectl get pods -A`; whatever goes wrong is printed as kubectl prints it, and is in `terminal.code`."""
    try:
        if len(line) > LINE_MAX:
            raise KubectlError(f"error: the line is longer than {LINE_MAX} characters")
        words, stdin = split(line)
        terminal.stdin = stdin or terminal.stdin
        yield from _run(terminal, words)
    except KubectlError as error:
        terminal.fail(error)


def _run(terminal: Terminal, words: list[str]) -> Talk:
    if not words:
        return
    program, *rest = words
    if program not in ("kubectl", "k"):
        raise KubectlError(f"{program}: command not found. This terminal has kubectl: try kubectl get pods", 127)
    rest = _helped(rest)
    if rest[:1] in (["--help"], ["-h"], []):
        terminal.out(usage.everything())
        return
    if rest[0] == "options":
        terminal.out(usage.options())
        return
    name, rest = _verb(terminal, rest)
    if not name:
        return
    verb = VERBS[name]
    given = parse(name, rest, verb.flags)
    if given.flag("help"):
        terminal.out(usage.of_verb(name))
        return
    terminal.impersonate = _impersonate(given)
    yield from verb.run(terminal, given)


def _impersonate(given: Arguments) -> list[tuple[str, str]]:
    """The headers of `--as`, `--as-group` and `--as-uid`."""
    headers = [("Impersonate-User", given.text("as")), ("Impersonate-Uid", given.text("as-uid"))]
    headers += [("Impersonate-Group", group) for group in given.list("as-group")]
    return [(name, value) for name, value in headers if value]


def _helped(words: list[str]) -> list[str]:
    """`help get` as `get --help`."""
    return [*words[1:], "--help"] if words[:1] == ["help"] else words


def _verb(terminal: Terminal, words: list[str]) -> tuple[str, list[str]]:
    """The name of the verb, and what comes behind it; no name when help was all that was wanted.

    Flags that belong to every verb may come before it.
    """
    before: list[str] = []
    while words and words[0].startswith("-"):
        takes_value = words[0] in VALUED
        before.extend(words[: 2 if takes_value else 1])
        words = words[2 if takes_value else 1 :]
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if name in VERBS and len(words) >= length and not (name in GATHERED and not _has_flag(words[1:])):
            return name, before + words[length:]
        if name in CLOSEST and len(words) >= length:
            raise KubectlError(f"error: kubectl {name} is not simulated in this terminal; closest: {CLOSEST[name]}")
    _tell_family(terminal, words)
    return "", []


def _has_flag(words: list[str]) -> bool:
    return bool(words) and words[0].startswith("-")


def _tell_family(terminal: Terminal, words: list[str]) -> None:
    """Help for a word that several verbs begin with. KubectlError for a verb that there is not."""
    length = 2 if len(words) > 1 and usage.members(" ".join(words[:2])) else 1
    parent, rest = " ".join(words[:length]), words[length:]
    if not parent or not usage.members(parent):
        close = usage.suggestions(parent)
        meant = "\n\nDid you mean this?\n" + "\n".join(f"\t{name}" for name in close) if close else ""
        raise KubectlError(f'error: unknown command "{parent}" for "kubectl"{meant}')
    if rest and not rest[0].startswith("-"):
        shown = " ".join(rest)
        if parent in GATHERED:
            raise KubectlError(f"error: Unexpected args: [{shown}]\nSee 'kubectl {parent} -h' for help and examples")
        raise KubectlError(f"error: unknown command \"{shown}\"\nSee 'kubectl {parent} -h' for help and examples")
    if rest or parent in usage.TO_STDOUT:
        terminal.out(usage.family(parent))
        terminal.code = 0 if rest else usage.TO_STDOUT[parent]
        return
    raise KubectlError(usage.family(parent))
