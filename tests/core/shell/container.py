"""A container for tests: a shell, files, what was written, and virtual time that goes as far as it must."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field

from cluster_core.shell.descriptors import SinkEnd, Source
from cluster_core.shell.files import Files, Mount, Tree
from cluster_core.shell.images import layer
from cluster_core.shell.loading import load
from cluster_core.shell.outside import Outside
from cluster_core.shell.userland import Identity, Userland

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECOND = 1_000_000


@dataclass
class Written:
    """What came out: the two streams, and all in its order with times."""

    out: bytes = b""
    err: bytes = b""
    pieces: list[tuple[int, int, bytes]] = field(default_factory=list)

    def accept(self, at: int, stream: int, data: bytes) -> None:
        self.pieces.append((at, stream, data))
        if stream == 1:
            self.out += data
        else:
            self.err += data


@dataclass
class Ran:
    """How a run ended. `status` None: it still runs."""

    out: str
    err: str
    status: int | None
    took: int
    events: int
    land: Userland


class Container:
    """One container; `pickles`: it is taken apart and put together again after every event."""

    def __init__(
        self, flavour: str = "busybox", outside: Outside | None = None, files: dict[str, str] | None = None
    ) -> None:
        self.land = Userland(Files([Mount("/", Tree(layer(flavour)))]), Identity("box", "10.244.1.2", flavour=flavour))
        self.land.contains = False
        if outside is not None:
            self.land.outside = outside
        for path, text in (files or {}).items():
            self.land.files.make_directory(path.rpartition("/")[0] or "/", 0, parents_too=True)
            self.land.files.write(path, text.encode(), 0)
        self.written = Written()
        self.stdin = Source()
        self.now = 0
        self.events = 0

    def start(self, argv: list[str], environment: dict[str, str] | None = None) -> None:
        environment = {"PATH": PATH, "HOME": "/root", **(environment or {})}
        body, argv = load(self.land, "/", argv, PATH, environment)
        fds = {0: self.stdin, 1: SinkEnd(self.written, 1), 2: SinkEnd(self.written, 2)}
        self.land.spawn(body, argv, fds, 0).environment = environment

    def run(self, seconds: float = 600, pickles: bool = False) -> None:
        limit = self.now + int(seconds * SECOND)
        while True:
            following = self.land.run(self.now)
            self.events += 1
            if pickles:
                parts = pickle.loads(pickle.dumps((self.land, self.written, self.stdin)))
                self.land, self.written, self.stdin = parts
            if following is None or following > limit or not self.land.tasks or self.land.tasks[1].status is not None:
                break
            self.now = max(self.now, following)

    @property
    def status(self) -> int | None:
        first = self.land.tasks.get(1)
        return first.status if first is not None else None


def run(
    script: str,
    flavour: str = "busybox",
    shell: str = "sh",
    *,
    stdin: str | None = "",
    seconds: float = 600,
    pickles: bool = False,
    arguments: tuple[str, ...] = (),
    files: dict[str, str] | None = None,
    outside: Outside | None = None,
) -> Ran:
    """Run `sh -c script`."""
    container = Container(flavour, outside, files)
    if stdin is not None:
        container.stdin.feed(stdin.encode(), 0, ended=True)
    container.start([shell, "-c", script, *arguments])
    container.run(seconds, pickles)
    written = container.written
    texts = written.out.decode("utf-8", "replace"), written.err.decode("utf-8", "replace")
    return Ran(*texts, container.status, container.now, container.events, container.land)


def out(script: str, flavour: str = "busybox", shell: str = "sh") -> str:
    """The standard output of a script."""
    return run(script, flavour, shell).out
