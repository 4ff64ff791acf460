"""What the shell does itself: cd, export, read, trap, test and so on. Source: POSIX XCU 2.14, ash(1), bash(1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster_core.shell.builtin_frame import DEFAULT_PATH, Builtin, Outcome, say
from cluster_core.shell.builtin_input import read
from cluster_core.shell.builtin_signals import jobs, kill, trap, wait
from cluster_core.shell.builtin_variables import export, let, local, set_, shift, unset
from cluster_core.shell.compiler import compile_script
from cluster_core.shell.files import DIRECTORY, FileError, clean
from cluster_core.shell.formatting import FormatFault, echo_text, print_formatted
from cluster_core.shell.loading import NotRunnable, load, locate
from cluster_core.shell.prompt_text import syntax_text
from cluster_core.shell.state import ShellError
from cluster_core.shell.syntax import ShellSyntaxError
from cluster_core.shell.task import Task
from cluster_core.shell.test_expression import TestFault, evaluate
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell

BASH_ONLY = ("[[", "declare", "typeset", "let", "shopt", "source", "mapfile", "pushd", "popd")


def colon(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """: and true."""
    return 0


def false(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """false."""
    return 1


def echo(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """echo: in dash backslashes always count, elsewhere with -e."""
    say(task, land, echo_text(argv[1:], shell.flavour))
    return 0


def printf(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """printf."""
    words = argv[1:]
    target = ""
    if words[:1] == ["-v"] and len(words) > 2:
        target, words = words[1], words[2:]
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        shell.complain(task, land, "usage: printf format [arg ...]")
        return 2
    try:
        text, status = print_formatted(words[0], words[1:])
    except FormatFault as fault:
        shell.complain(task, land, f"printf: {fault}")
        return 1
    if target:
        shell.memory.set(target, text)
    else:
        say(task, land, text)
    return status


def test(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """test and [."""
    words = argv[1:]
    if argv[0] == "[":
        if not words or words[-1] != "]":
            shell.complain(task, land, "[: missing ]")
            return 2
        words = words[:-1]
    try:
        return int(not evaluate(words, land, task, shell.memory))
    except TestFault as fault:
        shell.complain(task, land, f"{argv[0]}: {fault}" if shell.flavour == "bash" else str(fault))
        return 2


def cd(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """cd; `cd -` goes back."""
    words = [word for word in argv[1:] if word not in ("-L", "-P", "--")]
    target = words[0] if words else shell.memory.get("HOME") or "/root"
    back = target == "-"
    target = (shell.memory.get("OLDPWD") or task.directory) if back else target
    path = clean(target if target.startswith("/") else f"{task.directory}/{target}")
    try:
        kind = land.files.stat(path).kind
        if kind != DIRECTORY:
            raise FileError("Not a directory")
    except FileError as failure:
        told = {
            "busybox": f"cd: line {shell.memory.line}: can't cd to {target}: {failure}",
            "dash": f"cd: can't cd to {target}",
        }
        shell.complain(task, land, told.get(shell.flavour, f"cd: {target}: {failure}"))
        return 1 if shell.flavour == "bash" else 2
    shell.memory.variables["OLDPWD"], task.directory = task.directory, path
    shell.memory.variables["PWD"] = path
    if back:
        say(task, land, path + "\n")
    return 0


def pwd(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """pwd."""
    say(task, land, task.directory + "\n")
    return 0


def leave_loop(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """break and continue."""
    count = int(argv[1][:6]) if len(argv) > 1 and argv[1].isdigit() and argv[1] != "0" else 1
    shell.memory.status = 0
    return None if shell.leave_loops(task, count, argv[0] == "continue") else 0


def return_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """return from a function or a sourced file."""
    status = _status(shell, argv)
    frames = shell.machine.frames
    while len(frames) > 1 and frames[-1].kind == "eval":
        shell.leave(task)
    if len(frames) == 1:
        shell.memory.status = status
        shell.quit(task, land)
        return None
    shell.leave(task)
    shell.memory.status = status
    return None


def exit_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """exit."""
    in_trap = any(frame.kind == "exit-trap" for frame in shell.machine.frames)
    shell.memory.status = _status(shell, argv)
    if shell.memory.options.pop("interactive", False) and shell.flavour == "bash":
        land.write(task, 2, "exit\n")
    if in_trap:
        shell.memory.traps.pop("EXIT", None)
    shell.quit(task, land)
    return None


def _status(shell: Shell, argv: list[str]) -> int:
    if len(argv) < 2:
        return shell.memory.status
    if not re.fullmatch(r"-?\d{1,9}", argv[1]):
        raise ShellError(f"{argv[0]}: Illegal number: {argv[1]}")
    return int(argv[1]) & 0xFF


def eval_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """eval."""
    words = argv[2:] if argv[1:2] == ["--"] else argv[1:]
    if not words:
        return 0
    _run_text(shell, " ".join(words), "eval")
    return None


def _run_text(shell: Shell, text: str, kind: str, arguments: list[str] | None = None) -> None:
    try:
        code = compile_script(text)
    except ShellSyntaxError as fault:
        raise ShellError(syntax_text(fault)) from None
    if not code.instructions:
        shell.memory.status = 0
    shell.call(code, kind, arguments)


def source(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """. and source."""
    if len(argv) < 2:
        return 2
    found = locate(land, task.directory, argv[1], shell.memory.get("PATH") or DEFAULT_PATH) or argv[1]
    path = found if found.startswith("/") else f"{task.directory.rstrip('/')}/{found}"
    try:
        text = land.files.read(path).decode("utf-8", "surrogateescape")
    except FileError as failure:
        verb = {"busybox": "can't open", "dash": "cannot open"}.get(shell.flavour)
        raise ShellError(f".: {verb} '{argv[1]}'" if verb else f"{argv[1]}: {failure}") from None
    _run_text(shell, text, "source", argv[2:] or None)
    return None


def exec_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """exec: the shell becomes the program; without one, its redirections stay."""
    words = argv[1:]
    if not words:
        return 0
    path = shell.memory.get("PATH") or DEFAULT_PATH
    try:
        body, new_argv = load(land, task.directory, words, path, shell.memory.environment())
    except NotRunnable as refusal:
        shell.complain(
            task,
            land,
            f"exec: {refusal.told(shell.flavour)}" if shell.flavour != "busybox" else refusal.told("busybox"),
        )
        shell.memory.status = refusal.status
        shell.memory.options.pop("interactive", None)
        shell.quit(task, land)
        return None
    task.argv, task.environment, task.body = new_argv, shell.memory.environment(), body
    for fd in [fd for fd in task.fds if fd >= 10]:
        del task.fds[fd]
    return None


def command(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """command -v and type: what a name means; else the command, not a function."""
    words = argv[1:]
    if argv[0] == "command" and words[:1] not in (["-v"], ["-V"]):
        words = words[1:] if words[:1] in (["-p"], ["--"]) else words
        if not words:
            return 0
        shell.machine.pending[-1].words = words
        kept = shell.memory.functions.pop(words[0], None)
        _rerun(shell, task, land)
        if kept is not None:
            shell.memory.functions[words[0]] = kept
        return None
    told, status = argv[0] == "type" or words[:1] == ["-V"], 0
    for name in [word for word in words if not word.startswith("-")]:
        meaning = _meaning(shell, task, land, name)
        if meaning is None:
            status = 127 if shell.flavour != "bash" else 1
            if told:
                land.write(task, 2 if shell.flavour == "bash" else 1, f"{name}: not found\n")
        else:
            say(task, land, f"{name} is {meaning[1]}\n" if told else f"{meaning[0]}\n")
    return status


def _meaning(shell: Shell, task: Task, land: Userland, name: str) -> tuple[str, str] | None:
    if name in shell.memory.functions:
        return name, "a function" if shell.flavour == "bash" else "a shell function"
    if name in ("if", "then", "else", "fi", "for", "while", "do", "done", "case", "esac", "until"):
        return name, "a shell keyword"
    if name in BUILTINS and not (name in BASH_ONLY and shell.flavour != "bash"):
        return name, "a shell builtin"
    found = locate(land, task.directory, name, shell.memory.get("PATH") or DEFAULT_PATH)
    return (found, found) if found is not None else None


def _rerun(shell: Shell, task: Task, land: Userland) -> None:
    """Carry out the words that are left as a command of their own."""
    pending = shell.machine.pending[-1]
    pending.begun = False
    pending.redirects, pending.assignments = [], []
    saved, pending.saved = pending.saved, None
    shell.op_execute(task, land, True)
    pending.saved = saved if pending.saved is None else {**(saved or {}), **pending.saved}


def umask(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """umask: told, not kept."""
    if len(argv) == 1:
        say(task, land, "0022\n")
    return 0


def ulimit(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """ulimit."""
    say(task, land, "1048576\n" if "-n" in argv[1:] else "unlimited\n")
    return 0


def hash_(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """hash name: whether it is found."""
    for name in [word for word in argv[1:] if not word.startswith("-")]:
        if _meaning(shell, task, land, name) is None:
            shell.complain(task, land, f"hash: {name}: not found")
            return 1
    return 0


BUILTINS: dict[str, Builtin] = {
    ":": colon, "true": colon, "false": false, "echo": echo, "printf": printf, "test": test, "[": test, "cd": cd, "pwd": pwd,
    "export": export, "readonly": export, "unset": unset, "set": set_, "shift": shift, "break": leave_loop,
    "continue": leave_loop, "return": return_, "exit": exit_, "eval": eval_, ".": source, "source": source, "exec": exec_,
    "trap": trap, "wait": wait, "jobs": jobs, "kill": kill, "read": read, "local": local, "declare": local, "typeset": local,
    "command": command, "type": command, "umask": umask, "ulimit": ulimit, "let": let, "hash": hash_, "shopt": colon,
    "fg": colon, "bg": colon, "alias": colon, "unalias": colon,
}  # fmt: skip
