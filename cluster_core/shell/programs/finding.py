"""find. Source: POSIX find."""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster_core.shell.files import DIRECTORY, FILE, LINK, FileError, Node
from cluster_core.shell.patterns import matches
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.programs.repeating import Sequence
from cluster_core.shell.programs.running import duration

Test = Callable[[str, str, Node], bool]
FOUND_MAX = 20_000


TYPES = {"f": FILE, "d": DIRECTORY, "l": LINK}


def find(call: Call) -> int:
    """find: -name -iname -path -type -maxdepth -mindepth -empty -size -mmin -exec -delete -print0 !."""
    words = list(call.words)
    roots = []
    while words and not words[0].startswith(("-", "!", "(")):
        roots.append(words.pop(0))
    tests, actions, depths = _find_tests(call, words)
    found: list[str] = []
    status = 0
    for root in roots or ["."]:
        try:
            for path, node in call.files.walk(call.path(root)):
                below = path[len(call.path(root).rstrip("/")) :] if call.path(root) != "/" else path
                name = root.rstrip("/") + below if below not in ("", "/") else root
                depth = below.strip("/").count("/") + 1 if below.strip("/") else 0
                if (
                    depths[0] <= depth <= depths[1]
                    and len(found) < FOUND_MAX
                    and all(test(name, path, node) for test in tests)
                ):
                    found.append(name)
        except FileError as failure:
            status = call.fail(f"{root}: {failure}" if not call.gnu else f"‘{root}’: {failure}")
    return _find_actions(call, found, actions, status)


def _find_tests(call: Call, words: list[str]) -> tuple[list[Test], list[list[str]], tuple[int, int]]:
    tests: list[Test] = []
    actions: list[list[str]] = []
    least, most, negated = 0, 1 << 30, False
    while words:
        word = words.pop(0)
        if word in ("!", "-not"):
            negated = True
            continue
        if word in ("-exec", "-ok"):
            actions.append(_exec_words(words))
        elif word in ("-print", "-print0", "-delete", "-ls"):
            actions.append([word])
        elif word in ("-maxdepth", "-mindepth") and words and words[0].isdigit():
            least, most = (int(words[0]), most) if word == "-mindepth" else (least, int(words[0]))
            words.pop(0)
        elif word == "-empty":
            tests.append(
                _negate(
                    negated,
                    lambda _name, path, node: not (call.files.names(path) if node.kind == DIRECTORY else node.data),
                )
            )
        elif word in ("-a", "-and", "(", ")", "-xdev", "-follow"):
            continue
        elif word in ("-o", "-or"):
            left = list(tests)
            right, more, _ = _find_tests(call, words)
            return (
                [lambda *given: all(t(*given) for t in left) or all(t(*given) for t in right)],
                actions + more,
                (least, most),
            )
        else:
            if not words:
                raise Usage(f"{word}: missing argument")
            tests.append(_negate(negated, _find_test(call, word, words.pop(0))))
        negated = False
    return tests, actions, (least, most)


def _negate(negated: bool, test: Test) -> Test:
    return (lambda *given: not test(*given)) if negated else test


def _find_test(call: Call, word: str, value: str) -> Test:
    if word in ("-name", "-iname"):
        return lambda name, path, node: matches(
            value.lower() if word == "-iname" else value,
            (name.rstrip("/").rpartition("/")[2] or name).lower()
            if word == "-iname"
            else name.rstrip("/").rpartition("/")[2] or name,
        )
    if word in ("-path", "-wholename"):
        return lambda name, path, node: matches(value, name)
    if word == "-type":
        return lambda name, path, node: node.kind in [TYPES.get(one) for one in value.split(",")]
    if word == "-newer":
        since = call.files.stat(call.path(value)).mtime
        return lambda name, path, node: node.mtime > since
    number = re.fullmatch(r"([-+]?)(\d{1,9})([ckMG]?)", value)
    if word in ("-mmin", "-mtime", "-size") and number is not None:
        unit = {"-mmin": duration("1m"), "-mtime": duration("1d")}.get(word) or {
            "": 512,
            "c": 1,
            "k": 1024,
            "M": 1 << 20,
            "G": 1 << 30,
        }[number[3]]
        sign, limit = number[1], int(number[2])

        def compare(name: str, path: str, node: Node) -> bool:
            amount = -(-len(node.data) // unit) if word == "-size" else (call.task.clock - node.mtime) // unit
            return amount > limit if sign == "+" else amount < limit if sign == "-" else amount == limit

        return compare
    if word in ("-user", "-group"):
        return lambda name, path, node: node.owner == value
    if word == "-perm":
        return lambda name, path, node: value.lstrip("-/").isdigit() and node.mode & 0o777 == int(value.lstrip("-/"), 8)
    raise Usage(f"unrecognized: {word}")


def _exec_words(words: list[str]) -> list[str]:
    command = ["-exec"]
    while words:
        word = words.pop(0)
        if word == ";" or (word == "+" and command[-1] == "{}"):
            return [*command, word]
        command.append(word)
    raise Usage("-exec: missing argument")


def _find_actions(call: Call, found: list[str], actions: list[list[str]], status: int) -> int:
    commands = []
    for action in actions or [["-print"]]:
        if action[0] in ("-print", "-print0"):
            call.out("".join(name + ("\0" if action[0] == "-print0" else "\n") for name in found))
        elif action[0] == "-delete":
            for name in reversed(found):
                call.files.remove(call.path(name))
        elif action[0] == "-exec" and action[-1] == "+":
            at = action.index("{}")
            commands.append([*action[1:at], *found, *action[at + 1 : -1]])
        elif action[0] == "-exec":
            commands.extend([word.replace("{}", name) for word in action[1:-1]] for name in found[:2_000])
    if commands:
        call.task.body = Sequence(commands, 0)
    return status
