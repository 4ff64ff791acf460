"""Programs that wait or run others: sleep, timeout, xargs, env, nohup, watch, yes. Source: busybox, coreutils."""

from __future__ import annotations

import re

from cluster_core.shell.loading import NotRunnable, load
from cluster_core.shell.programs.applet import Call, Usage
from cluster_core.shell.task import SIGNALS, Task, Wait
from cluster_core.shell.userland import NoMoreTasks, Userland

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
FOREVER_US = 1 << 60
CHUNK_US = 50_000


def duration(text: str) -> int | None:
    """µs of "5", "0.5", "2m", "infinity"; None if it is no time."""
    if text in ("infinity", "inf"):
        return FOREVER_US
    found = re.fullmatch(r"(\d{0,12}\.?\d{0,9})([smhd]?)", text)
    if found is None or not found[1] or found[1] == ".":
        return None
    return int(float(found[1]) * UNITS[found[2]] * 1_000_000)


class Program:
    """The base of programs with a state: the default action for every signal."""

    def handles(self, number: int) -> bool:
        """The default action is taken."""
        return False

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """None comes."""


class Sleep(Program):
    """sleep."""

    def __init__(self) -> None:
        self.until: int | None = None

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Wait for the time."""
        if self.until is None:
            call = Call(task.argv, task, land)
            spans = [duration(word) for word in call.words]
            bad = [word for word, span in zip(call.words, spans, strict=True) if span is None]
            if bad or not spans:
                told = (
                    f"invalid {'time interval' if call.gnu else 'number'} {_quote(bad[0], call.gnu)}"
                    if bad
                    else "missing operand"
                )
                land.exit(task, call.fail(told))
                return None
            self.until = task.clock + sum(span or 0 for span in spans)
        if task.clock >= self.until:
            land.exit(task, 0)
            return None
        return Wait() if self.until >= FOREVER_US else Wait(until=self.until)


def _quote(text: str, gnu: bool) -> str:
    return f"‘{text}’" if gnu else f"'{text}'"


class Yes(Program):
    """yes."""

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Write until nobody reads any more."""
        text = " ".join(task.argv[1:]) or "y"
        land.write(task, 1, (text + "\n") * max(1, 8_192 // (len(text) + 1)))
        task.clock += CHUNK_US
        return land.charge(task, 0)


class Pause(Program):
    """A program that does nothing until it is stopped."""

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Wait."""
        return Wait()


def start(land: Userland, task: Task, argv: list[str]) -> Task:
    """Start a program as a child of a task. NotRunnable, NoMoreTasks."""
    body, argv = load(land, task.directory, argv, task.environment.get("PATH", PATH), task.environment)
    fds = {fd: end for fd, end in task.fds.items() if fd < 10}
    child = land.spawn(body, argv, fds, task.clock + 500, task)
    child.environment = task.environment
    return child


def become(call: Call, argv: list[str]) -> int:
    """Let a task go on as another program."""
    try:
        path = call.task.environment.get("PATH", PATH)
        body, argv = load(call.land, call.task.directory, argv, path, call.task.environment)
    except NotRunnable as refusal:
        call.err(f"{call.name}: {cannot_run(call, refusal)}\n")
        return refusal.status
    call.task.argv, call.task.body = argv, body
    return 0


def cannot_run(call: Call, refusal: NotRunnable) -> str:
    """What a program says that cannot start another."""
    reason = "No such file or directory" if refusal.reason == "not found" else refusal.reason
    return (
        f"failed to run command ‘{refusal.name}’: {reason}"
        if call.gnu and call.name in ("timeout", "nohup")
        else f"can't execute '{refusal.name}': {reason}"
        if not call.gnu
        else f"‘{refusal.name}’: {reason}"
    )


def env(call: Call) -> int:
    """env: the environment, or a program with a changed one."""
    words = list(call.words)
    environment = dict(call.task.environment)
    while words and (words[0] in ("-i", "-", "-0") or words[0].startswith("-u") or "=" in words[0]):
        word = words.pop(0)
        if word in ("-i", "-"):
            environment = {}
        elif word.startswith("-u"):
            environment.pop(word[2:] or (words.pop(0) if words else ""), None)
        elif word != "-0":
            name, _, value = word.partition("=")
            environment[name] = value
    if not words:
        call.out("".join(f"{name}={value}\n" for name, value in environment.items()))
        return 0
    call.task.environment = environment
    return become(call, words)


def nohup(call: Call) -> int:
    """nohup, nice, setsid, stdbuf, time, chroot-less su: run what follows the options."""
    words = list(call.words)
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if len(word) == 2 and word[1] in "nioec" and words and call.name in ("nice", "stdbuf", "ionice"):
            words.pop(0)
    if not words:
        raise Usage("missing operand" if call.gnu else "no command given", 125)
    if call.name == "nohup":
        call.task.ignores = (*call.task.ignores, SIGNALS["HUP"])
    return become(call, words)


class Timeout(Program):
    """timeout: a program that may take so long and no longer."""

    def __init__(self) -> None:
        self.child = 0
        self.until = 0
        self.number = SIGNALS["TERM"]
        self.kill_after: int | None = None
        self.expired = False

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Start it; then wait for it, or for the time."""
        if not self.child:
            self._begin(task, land)
            return None
        child = land.tasks.get(self.child)
        if child is None or child.status is not None:
            status = child.status if child is not None and child.status is not None else 0
            if child is not None:
                land.reap(child)
            # busybox's timeout is the program itself: its parent sees the signal.
            if self.expired and land.identity.flavour != "debian":
                land.exit(task, 128 + self.number, self.number)
            else:
                land.exit(task, 124 if self.expired else status)
            return None
        if task.clock >= self.until:
            if not self.expired:
                land.kill(self.child, self.number, task.clock)
                self.expired = True
                self.until = task.clock + (self.kill_after if self.kill_after is not None else FOREVER_US)
            else:
                land.kill(self.child, SIGNALS["KILL"], task.clock)
                self.until = FOREVER_US
            return None
        return Wait(until=self.until, child=self.child)

    def _begin(self, task: Task, land: Userland) -> None:
        call = Call(task.argv, task, land)
        words = list(call.words)
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word[:2] in ("-s", "-k") and words:
                value = word[2:] or words.pop(0)
                if word[1] == "s":
                    self.number = SIGNALS.get(
                        value.upper().removeprefix("SIG"), int(value[:2]) if value.isdigit() else 15
                    )
                else:
                    self.kill_after = duration(value)
            elif word == "-t" and words:
                words = [words[0], *words[1:]]
        span = duration(words[0]) if words else None
        if span is None or len(words) < 2:
            land.exit(task, call.fail("invalid time interval" if words else "missing operand", 125 if call.gnu else 1))
            return
        try:
            self.child = start(land, task, words[1:]).pid
            self.until = task.clock + (span or FOREVER_US)
        except NotRunnable as refusal:
            call.err(f"{call.name}: {cannot_run(call, refusal)}\n")
            land.exit(task, refusal.status)
        except NoMoreTasks:
            land.exit(task, call.fail("can't fork", 125))

    def handles(self, number: int) -> bool:
        """It hands signals on."""
        return number in (SIGNALS["TERM"], SIGNALS["INT"])

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """To the child."""
        land.kill(self.child, number, task.clock)
        self.expired = self.expired or number == SIGNALS["TERM"]
