"""Programs that run others again and again: xargs, watch."""

from __future__ import annotations

import re

from cluster_core.shell.loading import NotRunnable
from cluster_core.shell.programs.applet import Call, Usage, options
from cluster_core.shell.programs.running import Program, duration, start
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import NoMoreTasks, Userland


class Sequence(Program):
    """Programs one after the other: what xargs and `find -exec` come to. `status` is what it ends with when one fails."""

    def __init__(self, commands: list[list[str]], status: int) -> None:
        self.commands = commands
        self.failed_status = status
        self.status = 0
        self.child = 0

    def step(self, task: Task, land: Userland) -> Wait | None:
        """The next one, when the one before has ended."""
        if self.child:
            child = land.tasks.get(self.child)
            if child is not None and child.status is None:
                return Wait(child=self.child)
            if child is not None:
                self.status = self.failed_status if child.status else self.status
                land.reap(child)
            self.child = 0
        if not self.commands:
            land.exit(task, self.status)
            return None
        command = self.commands.pop(0)
        try:
            self.child = start(land, task, command).pid
        except NotRunnable as refusal:
            call = Call(task.argv, task, land)
            call.err(f"{call.name}: {command[0]}: No such file or directory\n")
            land.exit(task, refusal.status)
        except NoMoreTasks:
            land.exit(task, Call(task.argv, task, land).fail("can't fork"))
        return None


def xargs(call: Call) -> int:
    """xargs -n -I -0 -r -t."""
    words, command = _xargs_words(call.words)
    flags, _ = options(words, "0rtxp", "nILPsda")
    data = call.stdin().decode("utf-8", "surrogateescape")
    command = command or ["echo"]
    if "I" in flags:
        items = [line.strip() for line in data.splitlines() if line.strip()]
        commands = [[word.replace(flags["I"], item) for word in command] for item in items]
    else:
        items = [item for item in data.split("\0") if item] if "0" in flags else _items(data, flags)
        given = flags.get("n") or flags.get("L") or "5000"
        if not given.isdigit():
            raise Usage(f"invalid number '{given}'")
        size = int(given[:6]) or 1
        commands = [[*command, *items[at : at + size]] for at in range(0, len(items), size)]
        if not items and "r" not in flags:
            commands = [command]
    call.task.body = Sequence(commands[:2_000], 123)
    return 0


def _items(data: str, flags: dict[str, str]) -> list[str]:
    if "d" in flags:
        return [item for item in data.rstrip("\n").split(flags["d"].replace("\\n", "\n")) if item]
    return [re.sub(r"""(['"])(.*?)\1""", r"\2", item) for item in re.findall(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""", data)]


def _xargs_words(words: list[str]) -> tuple[list[str], list[str]]:
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if len(words[place]) == 2 and words[place][1] in "nILPsda" else 1
    return words[:place], words[place:]


class Watch(Program):
    """watch: a program again and again."""

    def __init__(self) -> None:
        self.interval = 2_000_000
        self.command: list[str] | None = None
        self.child = 0
        self.next_at = 0

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Every two seconds."""
        if self.command is None:
            flags, self.command = _watch_words(task.argv[1:])
            self.interval = max(100_000, duration(flags) or 2_000_000)
        child = land.tasks.get(self.child)
        if child is not None:
            if child.status is None:
                return Wait(child=self.child)
            land.reap(child)
        if task.clock < self.next_at:
            return Wait(until=self.next_at)
        text = " ".join(self.command)
        land.write(task, 1, f"\x1b[H\x1b[JEvery {self.interval / 1_000_000:.1f}s: {text}\n\n")
        try:
            self.child = start(land, task, ["sh", "-c", text]).pid
        except (NotRunnable, NoMoreTasks):
            land.exit(task, Call(task.argv, task, land).fail("can't execute 'sh'"))
        self.next_at = task.clock + self.interval
        return None


def _watch_words(words: list[str]) -> tuple[str, list[str]]:
    interval = "2"
    while words and words[0].startswith("-"):
        word, *words = words
        if word.startswith("-n"):
            interval = word[2:] or (words.pop(0) if words else "2")
    return interval, words
