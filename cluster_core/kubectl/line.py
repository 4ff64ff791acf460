"""One line typed into the terminal: finds the verb, parses its flags, carries it out. Upstream: `k8s.io/kubectl/pkg/cmd/cmd.go`, spf13/cobra."""

from __future__ import annotations

import difflib

from cluster_core.kubectl.command_line import Arguments, parse, split
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.verbs import CLOSEST, VERBS

LINE_MAX = 1024 * 1024


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
    name, rest = _verb(rest)
    verb = VERBS[name]
    given = parse(name, rest, verb.flags)
    if given.flag("help"):
        terminal.out(usage(name))
        return
    terminal.impersonate = _impersonate(given)
    yield from verb.run(terminal, given)


def _impersonate(given: Arguments) -> list[tuple[str, str]]:
    """The headers of `--as`, `--as-group` and `--as-uid`."""
    headers = [("Impersonate-User", given.text("as")), ("Impersonate-Uid", given.text("as-uid"))]
    headers += [("Impersonate-Group", group) for group in given.list("as-group")]
    return [(name, value) for name, value in headers if value]


def _verb(words: list[str]) -> tuple[str, list[str]]:
    """The name of the verb, and what comes behind it. Flags that belong to every verb may come before it."""
    before: list[str] = []
    while words and words[0].startswith("-"):
        takes_value = words[0] in ("-n", "--namespace", "--as", "--as-group", "--context", "--kubeconfig")
        before.extend(words[: 2 if takes_value else 1])
        words = words[2 if takes_value else 1 :]
    if not words or words[0] == "help":
        raise KubectlError(
            "kubectl controls the Kubernetes cluster manager.\n\n" + "\n".join(f"  {name}" for name in VERBS), 0
        )
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if name in VERBS and len(words) >= length:
            return name, before + words[length:]
    if words[0] in CLOSEST:
        raise KubectlError(f"error: kubectl {words[0]} is not simulated in this terminal; closest: {CLOSEST[words[0]]}")
    raise KubectlError(_unknown(words))


def _unknown(words: list[str]) -> str:
    parents = [name for name in VERBS if name.startswith(words[0] + " ")]
    if parents:
        shown = "\n".join(f"  {name.partition(' ')[2]}" for name in parents)
        return f"error: kubectl {words[0]} needs one of:\n{shown}"
    known = list(dict.fromkeys(name.split(" ")[0] for name in VERBS))
    close = difflib.get_close_matches(words[0], known, 3)
    meant = "\n\nDid you mean this?\n" + "\n".join(f"\t{name}" for name in close) if close else ""
    return f'error: unknown command "{words[0]}" for "kubectl"{meant}'


def usage(name: str) -> str:
    """What a verb is for and which flags it takes."""
    verb = VERBS[name]
    flags = [f"    {'-' + flag.short + ', ' if flag.short else '    '}--{flag.name}" for flag in verb.flags]
    return "\n".join([(verb.run.__doc__ or "").strip(), "", f"Usage: kubectl {name} …", "", "Options:", *flags])
