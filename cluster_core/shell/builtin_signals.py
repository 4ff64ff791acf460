"""Builtins on signals and background commands: trap, wait, jobs, kill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.shell.builtin_variables import _double
from cluster_core.shell.task import SIGNALS, Task, Wait
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell
from cluster_core.shell.builtin_frame import Outcome, say


def trap(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """trap: what to do when a signal comes, or at the end (EXIT)."""
    words = argv[2:] if argv[1:2] == ["--"] else argv[1:]
    if not words or words == ["-p"]:
        for known, text in shell.memory.traps.items():
            say(task, land, f"trap -- {_double(text)} {known}\n")
        return 0
    text, names = (words[0], words[1:]) if len(words) > 1 else ("-", words)
    for given in names:
        name = _signal_name(given)
        if name is None:
            shell.complain(
                task,
                land,
                f"trap: {given}: bad trap"
                if shell.flavour == "dash"
                else f"trap: {given}: invalid signal specification",
            )
            return 1
        if text == "-":
            shell.memory.traps.pop(name, None)
        else:
            shell.memory.traps[name] = text
    return 0


def _signal_name(text: str) -> str | None:
    upper = text.upper().removeprefix("SIG")
    if upper in ("EXIT", "0"):
        return "EXIT"
    if upper in SIGNALS or upper in ("ERR", "DEBUG", "RETURN"):
        return upper
    return next((name for name, number in SIGNALS.items() if upper == str(number)), None)


def wait(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """wait for background commands."""
    machine = shell.machine
    wanted = [int(word[:9]) for word in argv[1:] if word.isdigit()] or list(machine.background)
    for pid in wanted:
        child = land.tasks.get(pid)
        if child is not None and child.alive and pid in machine.background:
            return Wait(child=pid)
    shell.collect(land)
    if not [word for word in argv[1:] if word.isdigit()]:
        return 0
    return machine.ended.get(wanted[-1], 127)


def jobs(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """jobs."""
    shell.collect(land)
    for number, pid in enumerate(shell.machine.background):
        say(task, land, f"[{number + 1}]  Running                 {' '.join(land.tasks[pid].argv)}\n")
    return 0


def kill(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """kill; jobs by %number."""
    words, number = argv[1:], SIGNALS["TERM"]
    if words[:1] == ["-l"]:
        say(task, land, " ".join(SIGNALS) + "\n")
        return 0
    if words[:1] == ["-s"] and len(words) > 1:
        words = ["-" + words[1], *words[2:]]
    if words and words[0].startswith("-") and words[0] != "--":
        name = words.pop(0)[1:].upper().removeprefix("SIG")
        found = int(name[:3]) if name.isdigit() else SIGNALS.get(name)
        if found is None or found > 64:
            shell.complain(task, land, f"kill: bad signal name '{name}'")
            return 1
        number = found
    status = 0
    for word in words:
        if word.startswith("%") and word[1:].isdigit():
            place = int(word[1:4]) - 1
            word = str(shell.machine.background[place]) if place < len(shell.machine.background) else word
        if not word.lstrip("-").isdigit() or not land.kill(abs(int(word[:9])), number, task.clock):
            shell.complain(
                task,
                land,
                f"kill: ({word}) - No such process"
                if shell.flavour == "bash"
                else f"can't kill pid {word}: No such process",
            )
            status = 1
    return status
