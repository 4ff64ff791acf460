"""Programs that tell about the system: date, hostname, ps, id, uname, free, top and their kin. Source: busybox, procps."""

from __future__ import annotations

import re

from cluster_core.shell.dates import DEFAULT, formatted
from cluster_core.shell.formatting import FormatFault, echo_text, print_formatted
from cluster_core.shell.loading import locate
from cluster_core.shell.proc import uptime_us
from cluster_core.shell.programs.applet import Call, options
from cluster_core.shell.programs.running import PATH
from cluster_core.shell.terminal import Terminal
from cluster_core.shell.test_expression import TestFault, evaluate


def echo(call: Call) -> int:
    """/bin/echo."""
    call.out(echo_text(call.words, "busybox"))
    return 0


def printf(call: Call) -> int:
    """/usr/bin/printf."""
    try:
        text, status = print_formatted(call.words[0], call.words[1:]) if call.words else ("", 1)
    except FormatFault as fault:
        return call.fail(str(fault))
    call.out(text)
    return status


def true(call: Call) -> int:
    """true, false, sync, clear, reset: a status and no more."""
    if call.name == "clear":
        call.out("\x1b[H\x1b[J")
    return int(call.name == "false")


def stty(call: Call) -> int:
    """The terminal's size. Real stty shows and sets a hundred modes more; here they stay as they are."""
    terminal = call.task.fds.get(0)
    if not isinstance(terminal, Terminal):
        quoted = "'standard input': Inappropriate ioctl for device" if call.gnu else "standard input: Not a tty"
        return call.fail(quoted)
    if call.words == ["size"]:
        call.out(f"{terminal.rows} {terminal.columns}\n")
    elif call.words in ([], ["-a"]):
        size = f" rows {terminal.rows}; columns {terminal.columns};" if call.words else ""
        call.out(f"speed 38400 baud;{size} line = 0;\n")
    return 0


def test(call: Call) -> int:
    """/usr/bin/test and [."""
    words = call.words[:-1] if call.name == "[" else call.words
    try:
        return int(not evaluate(words, call.land, call.task, None))
    except TestFault as fault:
        return call.fail(str(fault), 2)


def date(call: Call) -> int:
    """date, date +FORMAT, -u, -d @seconds, -Iseconds, -R."""
    words, at, template = list(call.words), call.task.clock, DEFAULT
    while words:
        word = words.pop(0)
        if word.startswith("+"):
            template = word[1:]
        elif word in ("-Iseconds", "--iso-8601=seconds", "-Is"):
            template = "%Y-%m-%dT%H:%M:%S+00:00"
        elif word in ("-I", "-Idate", "--iso-8601"):
            template = "%F"
        elif word in ("-R", "--rfc-email"):
            template = "%a, %d %b %Y %H:%M:%S +0000"
        elif (word in ("-d", "--date") and words) or word.startswith("--date="):
            value = word.partition("=")[2] or words.pop(0)
            moved = _moment(value, at)
            if moved is None:
                return call.fail(f"invalid date '{value}'")
            at = moved
        elif word not in ("-u", "--utc"):
            return call.fail(
                "can't set date: Operation not permitted"
                if not word.startswith("-")
                else f"unrecognized option: {word.lstrip('-')}"
            )
    call.out(formatted(at, template) + "\n")
    return 0


def _moment(text: str, now: int) -> int | None:
    if re.fullmatch(r"@\d{1,12}", text):
        return now + (int(text[1:]) - int(formatted(now, "%s"))) * 1_000_000 - now % 1_000_000
    found = re.fullmatch(r"(?:now )?([-+]?\d{1,6}) (sec|second|min|minute|hour|day|week)s?( ago)?", text)
    if found is not None:
        units = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
        return now + int(found[1]) * units[found[2]] * (-1 if found[3] else 1) * 1_000_000
    return {"now": now, "today": now, "yesterday": now - 86_400_000_000, "tomorrow": now + 86_400_000_000}.get(text)


def hostname(call: Call) -> int:
    """hostname, hostname -i."""
    flags, names = options(call.words, "isfdI")
    if names:
        return call.fail("sethostname: Operation not permitted")
    identity = call.land.identity
    if "i" in flags or "I" in flags:
        call.out(f"{identity.address}\n" if "i" in flags else f"{identity.address} \n")
    else:
        call.out(identity.hostname + "\n")
    return 0


def whoami(call: Call) -> int:
    """whoami and id."""
    user = call.task.user
    number = "0" if user == "root" else user if user.isdigit() else "1000"
    if call.name == "whoami":
        call.out(f"{user}\n")
        return 0
    flags, _ = options(call.words, "ugnGr")
    if "u" in flags or "g" in flags or "G" in flags:
        call.out((user if "n" in flags else number) + "\n")
    else:
        name = f"({user})" if not user.isdigit() else ""
        call.out(f"uid={number}{name} gid={number}{name} groups={number}{name}\n")
    return 0


def uname(call: Call) -> int:
    """uname."""
    flags, _ = options(call.words, "asnrvmpio")
    identity = call.land.identity
    parts = {
        "s": "Linux",
        "n": identity.hostname,
        "r": identity.release,
        "v": "#1 SMP PREEMPT_DYNAMIC",
        "m": "x86_64",
        "o": "GNU/Linux" if call.gnu else "Linux",
    }
    wanted = parts if "a" in flags else [letter for letter in parts if letter in flags] or ["s"]
    call.out(" ".join(parts[letter] for letter in wanted) + "\n")
    return 0


def uptime(call: Call) -> int:
    """uptime."""
    minutes = uptime_us(call.land) // 60_000_000
    hours = f"{minutes // 60}:{minutes % 60:02}" if minutes >= 60 else f"{minutes} min"
    call.out(f" {formatted(call.task.clock, '%H:%M:%S')} up {hours},  0 users,  load average: 0.00, 0.01, 0.05\n")
    return 0


def free(call: Call) -> int:
    """free -m -h: of the node."""
    flags, _ = options(call.words, "bkmghtw")
    unit = 1 << 20 if "m" in flags or "h" in flags else 1 << 30 if "g" in flags else 1 if "b" in flags else 1024
    total = call.land.identity.memory // unit
    cells = [total, total * 2 // 10, total * 6 // 10, total // 100, total * 2 // 10, total * 8 // 10]
    mark = "Mi" if "h" in flags else ""
    call.out("              total        used        free      shared  buff/cache   available\n")
    call.out("Mem:   " + "".join(f"{f'{cell}{mark}':>12}" for cell in cells) + "\n")
    call.out("Swap:  " + "".join(f"{cell:>12}" for cell in (0, 0, 0)) + "\n")
    return 0


def nproc(call: Call) -> int:
    """nproc and tty."""
    if call.name == "tty":
        end = call.task.fds.get(0)
        shown = end is not None and end.is_terminal
        call.out("/dev/pts/0\n" if shown else "not a tty\n")
        return int(not shown)
    call.out(f"{call.land.identity.cpus}\n")
    return 0


def which(call: Call) -> int:
    """which."""
    path, status = call.task.environment.get("PATH", PATH), 0
    for name in [word for word in call.words if not word.startswith("-")]:
        found = locate(call.land, call.task.directory, name, path)
        if found is None:
            status = 1
        else:
            call.out(found + "\n")
    return status


def printenv(call: Call) -> int:
    """printenv."""
    environment = call.task.environment
    if not call.words:
        call.out("".join(f"{name}={value}\n" for name, value in environment.items()))
        return 0
    status = 0
    for name in call.words:
        if name in environment:
            call.out(environment[name] + "\n")
        else:
            status = 1
    return status


def not_here(call: Call) -> int:
    """Programs that need a screen or a registry: vi, less, apt-get, apk."""
    if call.name in ("apk", "apt-get", "apt"):
        return call.fail("there is no package repository in this cluster", 100 if call.name.startswith("apt") else 1)
    return call.fail("not available in this terminal")
