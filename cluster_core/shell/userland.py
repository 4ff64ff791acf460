"""The running programs of one container: its tasks take turns in virtual time.

Tasks may run a little ahead of the simulation (`AHEAD_US`), so that a short script is one event. What a command costs is
charged as virtual time, and who computes without end gets `INTERVAL_US` per command: a busy loop costs few events.
Real Kubernetes runs it at the speed of the CPU, within the container's limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.shell.descriptors import BrokenPipe, Descriptor, Pipe, PipeEnd
from cluster_core.shell.files import FileError, Files
from cluster_core.shell.outside import NoOutside, Outside
from cluster_core.shell.task import IGNORED_BY_DEFAULT, Body, Task, Wait

AHEAD_US = 20_000
TASKS_MAX = 64
TURNS_MAX = 4_000
QUANTUM = 200
INTERVAL_US, BURST, REFILL = 5_000, 4_000, 250
SIGKILL, SIGPIPE, SIGSEGV = 9, 13, 11
FAULTS = (ValueError, LookupError, ArithmeticError, RecursionError, TypeError, AttributeError, FileError)


class NoMoreTasks(Exception):
    """The container has as many processes as it may have."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What programs are told about where they run. `flavour`: busybox, alpine (busybox and more) or debian (GNU, dash, bash)."""

    hostname: str = "localhost"
    address: str = ""
    node: str = ""
    flavour: str = "busybox"
    release: str = "6.8.0-orrery"
    cpus: int = 2
    memory: int = 4 << 30
    user: str = "root"


@dataclass(frozen=True, slots=True)
class Application:
    """The program that the image is made for. Times in µs; `exits_after` None: it serves, `term_us` None: it ignores SIGTERM."""

    ports: tuple[int, ...] = ()
    ready_us: int = 0
    exits_after: int | None = None
    exit_code: int = 0
    term_us: int | None = None
    logs: tuple[str, ...] = ()
    named: bool = False


@dataclass(slots=True, eq=False)
class Userland:
    """Tasks by pid, the files they see, and the world outside. `now` is the simulation's time of the current event;
    `listening` has by port of TCP (`datagrams`: of UDP) when it was opened (µs) and by whom, `arrived` the answers from outside by number, with their times;
    `contains`: a fault of a program ends only the program; `noted`: what programs have used, if somebody wants to know: "cat" a program,
    "?cat" one that is not known here, "@10.0.0.1" an address, "$SECONDS" the time; `own`: programs that only this userland has, by name."""

    files: Files
    identity: Identity = field(default_factory=Identity)
    outside: Outside = field(default_factory=NoOutside)
    tasks: dict[int, Task] = field(default_factory=dict)
    now: int = 0
    booted_at: int = 0
    next_pid: int = 1
    allowance_at: int = 0
    commands: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    listening: dict[int, tuple[int, int]] = field(default_factory=dict)
    datagrams: dict[int, tuple[int, int]] = field(default_factory=dict)
    arrived: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    application: Application = field(default_factory=Application)
    directory: str = "/"
    contains: bool = True
    noted: dict[str, None] | None = None
    own: dict[str, type[Body]] = field(default_factory=dict)

    def spawn(
        self, body: Body, argv: list[str], fds: dict[int, Descriptor], at: int, parent: Task | None = None
    ) -> Task:
        """Start a program. NoMoreTasks: there are too many."""
        if sum(task.alive for task in self.tasks.values()) >= TASKS_MAX:
            raise NoMoreTasks
        pid, self.next_pid = self.next_pid, self.next_pid + 1
        environment = parent.environment if parent is not None else dict(self.environment)
        task = Task(
            pid, parent.pid if parent is not None else 0, argv, body, environment, fds=fds, clock=at, began_at=at
        )
        task.group = parent.group if parent is not None else pid
        task.directory = parent.directory if parent is not None else "/"
        task.user = parent.user if parent is not None else self.identity.user
        task.ignores = parent.ignores if parent is not None else ()
        self.tasks[pid] = task
        return task

    def note(self, what: str) -> None:
        """A program uses something beside files."""
        if self.noted is not None:
            self.noted[what] = None

    def run(self, now: int) -> int | None:
        """Let everything happen that is due now; returns when to come again (µs), None if nothing is to come by itself."""
        self.now = now
        horizon = now + AHEAD_US
        for _ in range(TURNS_MAX):
            found = self._next(horizon)
            if found is None:
                break
            self._turn(*found, horizon)
        else:
            return max(now + AHEAD_US, min((task.clock for task in self.tasks.values() if task.alive), default=now))
        return self.next_at()

    def next_at(self) -> int | None:
        """When a task goes on by itself."""
        times = [at for task in self.tasks.values() if (at := self._ready_at(task, planned=True)) is not None]
        return max(self.now, min(times)) if times else None

    def idle(self, group: int) -> bool:
        """Whether nobody of a group would go on now without input or time."""
        return all(self._ready_at(task) is None for task in self.tasks.values() if task.group == group)

    def _next(self, horizon: int) -> tuple[Task, int] | None:
        best: tuple[int, int] | None = None
        for pid, task in self.tasks.items():
            at = self._ready_at(task)
            if at is not None and at <= horizon and (best is None or (at, pid) < best):
                best = (at, pid)
        return (self.tasks[best[1]], best[0]) if best is not None else None

    def _ready_at(self, task: Task, planned: bool = False) -> int | None:
        """When a task can go on (µs), None if only something else can let it; with `planned` times in the future count too."""
        if task.status is not None:
            return None
        wait = task.wait
        if wait is None or (task.signals and not wait.holds):
            return task.clock
        times = [at for fd in wait.reads if (at := self._readable_at(task, fd)) is not None]
        if wait.writes and all(self._writable(task, fd) for fd in wait.writes):
            times.append(task.clock)
        if wait.child is not None and (child := self.ended_child(task, wait.child)) is not None:
            times.append(child.clock)
        if wait.answer in self.arrived:
            times.append(self.arrived[wait.answer][0])
        if wait.until is not None and (planned or wait.until <= self.now + (0 if wait.strict else AHEAD_US)):
            times.append(wait.until)
        return max(min(times), task.clock) if times else None

    def _readable_at(self, task: Task, fd: int) -> int | None:
        found = task.fds.get(fd)
        if found is None:
            return task.clock
        return max(task.clock, found.since) if found.readable(self) else None

    def _writable(self, task: Task, fd: int) -> bool:
        return fd not in task.fds or task.fds[fd].writable(self)

    def _turn(self, task: Task, at: int, horizon: int) -> None:
        task.clock = max(task.clock, at)
        task.wait = None
        for _ in range(QUANTUM):
            if task.signals:
                task.body.signal(task, task.signals.pop(0), self)
            wait = self._step(task)
            if task.status is not None:
                return
            if wait is None:
                wait = self._congested(task)
            if wait is not None:
                task.wait = wait
                return
            if task.clock > horizon:
                return

    def _step(self, task: Task) -> Wait | None:
        try:
            return task.body.step(task, self)
        except BrokenPipe:
            self.exit(task, 128 + SIGPIPE)
        except FAULTS:
            if not self.contains:
                raise
            # A faulty program dies, as under a real kernel, and not the world with it. Tests let it through.
            self.write(task, 2, "Segmentation fault\n")
            self.exit(task, 128 + SIGSEGV, SIGSEGV)
        return None

    def _congested(self, task: Task) -> Wait | None:
        full = tuple(
            fd for fd, end in task.fds.items() if isinstance(end, PipeEnd) and end.writes and not end.writable(self)
        )
        return Wait(writes=full) if full else None

    def charge(self, task: Task, cost: int) -> Wait | None:
        """A command was carried out. Who uses up the allowance waits for more."""
        self.commands += 1
        task.clock += cost
        task.spent += cost
        self.allowance_at = max(self.allowance_at, task.clock) + INTERVAL_US
        if self.allowance_at - task.clock > BURST * INTERVAL_US:
            return Wait(until=self.allowance_at - (BURST - REFILL) * INTERVAL_US)
        return None

    # Ends and signals.

    def exit(self, task: Task, code: int, killed: int = 0) -> None:
        """A task ends; its children go on without it."""
        task.status, task.killed = code & 0xFF, killed
        task.fds = {}
        self.listening = {port: held for port, held in self.listening.items() if held[1] != task.pid}
        self.datagrams = {port: held for port, held in self.datagrams.items() if held[1] != task.pid}
        for other in self.tasks.values():
            if other.parent == task.pid:
                other.parent, other.orphan = 1, True
        self._bury()

    def _bury(self) -> None:
        """The dead whom nobody will ask for are forgotten. Real ones stay zombies if the first process is no init."""
        for pid in [pid for pid, task in self.tasks.items() if task.status is not None and task.orphan]:
            if pid != self.tasks[pid].group:
                del self.tasks[pid]

    def reap(self, child: Task) -> None:
        """Its parent has taken the status of a dead child."""
        if child.pid != child.group:
            self.tasks.pop(child.pid, None)

    def ended_child(self, task: Task, pid: int = 0) -> Task | None:
        """A dead child (0: any)."""
        for child in self.tasks.values():
            if child.parent == task.pid and child.status is not None and pid in (0, child.pid):
                return child
        return None

    def kill(self, pid: int, number: int, at: int) -> bool:
        """Send a signal; False if there is no such task."""
        task = self.tasks.get(pid)
        if task is None or task.status is not None:
            return False
        if number == 0:
            return True
        if number == SIGKILL:
            # The first process of a pid namespace cannot be killed from inside.
            if pid != 1:
                task.clock = max(task.clock, at)
                self.exit(task, 128 + SIGKILL, SIGKILL)
            return True
        if number not in task.ignores:
            self._deliver(task, number, at)
        return True

    def _deliver(self, task: Task, number: int, at: int) -> None:
        """A handler runs when the task has its turn; the default action ends it now, unless it is the first process."""
        task.clock = max(task.clock, at)
        if task.body.handles(number):
            task.signals.append(number)
        elif number not in IGNORED_BY_DEFAULT and task.pid != 1:
            self.exit(task, 128 + number, number)

    def end_group(self, group: int, at: int) -> None:
        """Everything of a container or session is killed."""
        for task in list(self.tasks.values()):
            if task.group == group and task.status is None:
                task.clock = max(task.clock, at)
                self.exit(task, 128 + SIGKILL)

    # What descriptors ask.

    def writers(self, pipe: Pipe) -> bool:
        """Whether somebody can still write into a pipe."""
        return self._holds(pipe, writes=True)

    def readers(self, pipe: Pipe) -> bool:
        """Whether somebody can still read from a pipe."""
        return self._holds(pipe, writes=False)

    def _holds(self, pipe: Pipe, writes: bool) -> bool:
        for task in self.tasks.values():
            if task.status is None:
                for end in task.fds.values():
                    if isinstance(end, PipeEnd) and end.pipe is pipe and end.writes == writes:
                        return True
        return False

    def live(self, name: str) -> bytes:
        """A live file of the kernel (/proc/…)."""
        from cluster_core.shell import proc

        self.note("$PROC")
        return proc.content(self, name)

    def write(self, task: Task, fd: int, text: str | bytes) -> None:
        """Write to a descriptor of a task; nothing happens if it is closed."""
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        end = task.fds.get(fd)
        if end is not None and data:
            try:
                end.write(self, data, task.clock)
            except FileError:
                # The disk is full or the file is gone: as with a real program that does not look at the answer of write(2).
                return
