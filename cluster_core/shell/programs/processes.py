"""Programs on tasks: ps, top, kill, pkill, pidof, pgrep. Source: busybox, procps."""

from __future__ import annotations

import re

from cluster_core.shell.dates import formatted
from cluster_core.shell.programs.applet import Call
from cluster_core.shell.task import SIGNALS, Task

VIRTUAL_KB = 4_408


def tasks(call: Call) -> list[Task]:
    """The running programs, by pid."""
    return [task for _, task in sorted(call.land.tasks.items()) if task.alive]


def command_line(task: Task) -> str:
    """What ps shows of a program."""
    return " ".join(word if word else "''" for word in task.argv).replace("\n", " ")


def ps(call: Call) -> int:
    """ps: busybox's columns, or with GNU's options theirs."""
    letters = "".join(call.words).replace("-", "")
    if not call.gnu:
        call.out("PID   USER     TIME  COMMAND\n")
        for task in tasks(call):
            call.out(f"{task.pid:>5} {task.user:<8} {_cpu(task)} {command_line(task)}"[:200] + "\n")
    elif "u" in letters and "a" in letters:
        call.out("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n")
        for task in tasks(call):
            call.out(
                f"{task.user:<8} {task.pid:>7}  0.0  0.0 {VIRTUAL_KB:>6}  1024 ?        Ss   {formatted(task.began_at, '%H:%M')}   {_cpu(task)} {command_line(task)}\n"
            )
    elif "f" in letters:
        call.out("UID          PID    PPID  C STIME TTY          TIME CMD\n")
        for task in tasks(call):
            call.out(
                f"{task.user:<8} {task.pid:>7} {task.parent:>7}  0 {formatted(task.began_at, '%H:%M')} ?        00:0{_cpu(task)} {command_line(task)}\n"
            )
    else:
        call.out("    PID TTY          TIME CMD\n")
        for task in tasks(call):
            call.out(f"{task.pid:>7} ?        00:0{_cpu(task)} {task.argv[0].rpartition('/')[2]}\n")
    return 0


def _cpu(task: Task) -> str:
    seconds = task.spent // 1_000_000
    return f"{seconds // 60}:{seconds % 60:02}"


def top(call: Call) -> int:
    """top -b -n 1, once."""
    total = call.land.identity.memory // 1024
    call.out(
        f"Mem: {total * 4 // 10}K used, {total * 6 // 10}K free, 0K shrd, {total // 100}K buff, {total * 2 // 10}K cached\n"
    )
    call.out(
        "CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\nLoad average: 0.00 0.01 0.05 1/1 1\n"
    )
    call.out("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n")
    for task in tasks(call):
        state = "R" if task is call.task else "S"
        call.out(
            f"{task.pid:>5} {task.parent:>5} {task.user:<8} {state} {VIRTUAL_KB:>8}   0%   0   0% {command_line(task)}\n"
        )
    return 0


def kill(call: Call) -> int:
    """kill, pkill, killall, pidof, pgrep."""
    words, number = list(call.words), SIGNALS["TERM"]
    if call.name in ("kill", "pkill", "killall") and words and re.fullmatch(r"-(\d{1,2}|[A-Z0-9]{2,})", words[0]):
        name = words.pop(0)[1:].removeprefix("SIG")
        number = int(name) if name.isdigit() else SIGNALS.get(name, 15)
    full = "-f" in words
    status = 1
    for word in [word for word in words if not word.startswith("-")]:
        if call.name == "kill":
            if not word.isdigit() or not call.land.kill(int(word[:9]), number, call.task.clock):
                return call.fail(f"can't kill pid {word}: No such process")
            status = 0
            continue
        found = [task for task in tasks(call) if task is not call.task and _named(task, word, full, call.name)]
        status = 0 if found else status
        if call.name in ("pidof", "pgrep"):
            pids = [str(task.pid) for task in found]
            call.out((" ".join(reversed(pids)) if call.name == "pidof" else "\n".join(pids)) + "\n" if pids else "")
        else:
            for task in found:
                call.land.kill(task.pid, number, call.task.clock)
    return status


def _named(task: Task, word: str, full: bool, program: str) -> bool:
    name = task.argv[0].rpartition("/")[2]
    if program in ("pidof", "killall"):
        return name == word
    return word in (command_line(task) if full else name)
