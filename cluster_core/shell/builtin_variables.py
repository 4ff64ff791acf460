"""Builtins on variables: export, unset, set, shift, local, let. A mirror of POSIX XCU 2.14."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster_core.shell.state import ShellError
from cluster_core.shell.task import Task
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell
from cluster_core.shell.builtin_frame import Outcome, say

NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


OPTIONS = {
    "e": "errexit",
    "x": "xtrace",
    "u": "nounset",
    "f": "noglob",
    "a": "allexport",
    "C": "noclobber",
    "n": "noexec",
    "v": "verbose",
}


def export(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """export and readonly."""
    marked = shell.memory.readonly if argv[0] == "readonly" else shell.memory.exported
    words = [word for word in argv[1:] if word not in ("-p", "-n", "--")]
    if not words:
        for name in sorted(marked):
            value = shell.memory.get(name)
            say(task, land, f"{argv[0]} {name}{'' if value is None else '=' + _double(value)}\n")
        return 0
    for word in words:
        name, equals, value = word.partition("=")
        if not NAME.fullmatch(name):
            shell.complain(task, land, f"{argv[0]}: {name}: bad variable name")
            return 1
        if equals:
            shell.memory.set(name, value)
        if "-n" in argv[1:]:
            marked.pop(name, None)
        else:
            marked[name] = None
    return 0


def _double(value: str) -> str:
    return "'" + value.replace("'", "'\"'\"'") + "'"


def unset(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """unset."""
    for word in argv[1:]:
        if word in ("-v", "-f"):
            continue
        if "-f" in argv[1:]:
            shell.memory.functions.pop(word, None)
        else:
            shell.memory.unset(word)
    return 0


def set_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """set: options and positional parameters; alone it lists the variables."""
    words = argv[1:]
    if not words:
        for name in sorted(shell.memory.variables):
            say(task, land, f"{name}={_double(shell.memory.variables[name])}\n")
        return 0
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        word = words.pop(0)
        if word == "--":
            shell.memory.arguments = words
            return 0
        for letter in word[1:]:
            option = words.pop(0) if letter == "o" and words else OPTIONS.get(letter)
            if option is None:
                if letter != "o":
                    raise ShellError(f"set: illegal option -{letter}")
                continue
            shell.memory.options[option] = word[0] == "-"
    if words:
        shell.memory.arguments = words
    return 0


def shift(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """shift."""
    count = int(argv[1][:6]) if len(argv) > 1 and argv[1].isdigit() else 1
    if count > len(shell.memory.arguments):
        if shell.flavour == "dash":
            raise ShellError("shift: can't shift that many")
        return 1
    del shell.memory.arguments[:count]
    return 0


def local(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """local; bash's declare."""
    frame = next((frame for frame in reversed(shell.machine.frames) if frame.kind == "function"), None)
    if frame is None and argv[0] == "local":
        raise ShellError("local: not in a function")
    flags = "".join(word[1:] for word in argv[1:] if word.startswith("-"))
    for word in argv[1:]:
        name, equals, value = word.partition("=")
        if word.startswith("-") or not NAME.fullmatch(name):
            continue
        if frame is not None:
            frame.saved.setdefault(name, shell.memory.variables.get(name))
        if equals:
            shell.memory.set(name, value)
        elif frame is not None and frame.saved[name] is not None and argv[0] == "local":
            shell.memory.variables[name] = "" if shell.flavour == "bash" else shell.memory.variables[name]
        if "x" in flags:
            shell.memory.exported[name] = None
        if "a" in flags:
            shell.memory.arrays.setdefault(name, [])
    return 0


def let(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """let."""
    value = 0
    for word in argv[1:]:
        value = shell.number(word)
    return int(value == 0)
