"""The shell of who plays a scenario: `sh` lines run in the model's own shell, and the kubectl in them speaks to the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.shell.descriptors import Descriptor, SinkEnd, Source
from cluster_core.shell.files import FileError, Files, Mount, Tree
from cluster_core.shell.images import layer
from cluster_core.shell.loading import load
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Identity, Userland
from explorer.reference.seat import Seat
from explorer.reference.story import Output

PATH = "/usr/local/bin:/usr/bin:/bin"
KUBECTL = ("/usr/local/bin/kubectl",)
SHELL_US_MAX = 3_600_000_000
STUCK = "the script waits for something that will not come\n"


@dataclass(slots=True, eq=False)
class Desk(Userland):
    """A userland in which kubectl is the program that speaks to the seat's run."""

    seat: Seat | None = None


@dataclass(slots=True)
class Kubectl:
    """The program. It runs from its start to its end in one step; meanwhile the time of the run moves."""

    input: bytes = b""
    read: bool = False

    def step(self, task: Task, land: Userland) -> Wait | None:
        """Read what it is to read, then run."""
        assert isinstance(land, Desk) and land.seat is not None
        seat = land.seat
        argv, wants = _with_files(task, land)
        while wants and not self.read:
            end = task.fds.get(0)
            data = end.read(land) if end is not None else b""
            if data is None:
                return Wait(reads=(0,))
            self.input += data
            self.read = not data
        found = _files(task, land)
        seat.advance(task.clock)
        output = seat.kubectl(["kubectl", *argv[1:]], (found if found is not None else self.input).decode())
        land.now = max(land.now, seat.now)
        task.clock = max(task.clock, seat.now)
        land.write(task, 1, output.out)
        land.write(task, 2, output.err)
        land.exit(task, output.code)
        return None

    def handles(self, number: int) -> bool:
        """It dies of signals."""
        return False

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """None comes."""


def _names(argv: list[str]) -> list[int]:
    """Where in a command line names of files stand."""
    return [place + 1 for place, word in enumerate(argv[:-1]) if word in ("-f", "--filename")]


def _with_files(task: Task, land: Userland) -> tuple[list[str], bool]:
    """The command line with files of this desk as standard input, and whether the program reads its own."""
    argv = list(task.argv)
    wants = any(argv[place] == "-" for place in _names(argv)) or "-f-" in argv
    if _files(task, land) is not None:
        for place in _names(argv):
            argv[place] = "-"
    return argv, wants


def _files(task: Task, land: Userland) -> bytes | None:
    """What is in the files that a command line names; None if it names none that is here."""
    found: list[bytes] = []
    for place in _names(task.argv):
        name = task.argv[place]
        full = name if name.startswith("/") else f"{task.directory.rstrip('/')}/{name}"
        try:
            found.append(land.files.read(full))
        except FileError:
            continue
    return b"\n---\n".join(found) if found else None


@dataclass
class _Written:
    texts: dict[int, bytes] = field(default_factory=lambda: {1: b"", 2: b""})

    def accept(self, at: int, stream: int, data: bytes) -> None:
        """Keep what a program writes."""
        self.texts[stream] += data

    def text(self, stream: int) -> str:
        return self.texts[stream].decode("utf-8", "replace")


class Workstation:
    """The desk of a seat; files stay from one script to the next."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        files = Files([Mount("/", Tree(layer("debian", KUBECTL)))])
        self.desk = Desk(
            files, Identity("workstation", "192.168.66.2", flavour="debian"), own={"kubectl": Kubectl}, seat=seat
        )

    def run(self, script: str) -> Output:
        """Run a script to its end; the time of the run moves as long as it takes."""
        environment, written, stdin = {"PATH": PATH, "HOME": "/root"}, _Written(), Source(ended=True)
        body, argv = load(self.desk, "/root", ["bash", "-c", script], PATH, environment)
        fds: dict[int, Descriptor] = {0: stdin, 1: SinkEnd(written, 1), 2: SinkEnd(written, 2)}
        task = self.desk.spawn(body, argv, fds, self.seat.now)
        task.environment, task.directory = environment, "/root"
        limit = self.seat.now + SHELL_US_MAX
        while task.status is None:
            following = self.desk.run(self.seat.now)
            if task.status is None and (following is None or following > limit):
                return Output(124, written.text(1), written.text(2) + STUCK)
            if task.status is None and following is not None:
                self.seat.advance(following)
        self.seat.advance(task.clock)
        return Output(task.status, written.text(1), written.text(2))
