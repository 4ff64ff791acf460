"""What a file descriptor stands for: files, pipes, devices, the log of a container, a terminal. Plain data, shared after a fork."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from cluster_core.shell.files import LIVE, FileError, Files

PIPE_FULL = 1 << 16
READ_MAX = 1 << 16


class Kernel(Protocol):
    """What descriptors ask of the userland that they belong to."""

    def writers(self, pipe: Pipe) -> bool:
        """Whether somebody still holds the writing end of a pipe."""

    def readers(self, pipe: Pipe) -> bool:
        """Whether somebody still holds the reading end of a pipe."""

    def live(self, name: str) -> bytes:
        """The content of a live file of the kernel."""


class BrokenPipe(Exception):
    """Nobody reads any more: SIGPIPE."""


class Descriptor:
    """The base: a device that swallows everything and has nothing to read (/dev/null)."""

    __slots__ = ()
    is_terminal = False

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """At most `limit` bytes; b"" at the end, None if there is nothing yet."""
        return b""

    def unread(self, data: bytes) -> None:
        """Put back what was read too far."""

    def write(self, kernel: Kernel, data: bytes, at: int) -> None:
        """Write at virtual time `at` (µs)."""

    def readable(self, kernel: Kernel) -> bool:
        """Whether a read would answer at once."""
        return True

    def writable(self, kernel: Kernel) -> bool:
        """Whether a writer may go on."""
        return True

    @property
    def since(self) -> int:
        """When what can be read was written (µs)."""
        return 0


class Zeroes(Descriptor):
    """/dev/zero, and with other bytes /dev/urandom: a device that never ends."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: bytes = b"\0") -> None:
        self.pattern = pattern

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """`limit` bytes of it."""
        return (self.pattern * (limit // len(self.pattern) + 1))[:limit]


@dataclass(slots=True, eq=False)
class FileHandle(Descriptor):
    """An open file. Real Linux keeps a file that was removed for those who have it open; here they see that it is gone."""

    files: Files
    path: str
    offset: int = 0
    appends: bool = False
    reads: bool = True
    writes: bool = False

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """From the offset on."""
        node = self.files.look(self.path)
        if node is None:
            return b""
        data = kernel.live(node.target) if node.kind == LIVE else node.data
        found = data[self.offset : self.offset + limit]
        self.offset += len(found)
        return found

    def unread(self, data: bytes) -> None:
        """Go back."""
        self.offset -= len(data)

    def write(self, kernel: Kernel, data: bytes, at: int) -> None:
        """At the offset, or at the end."""
        if not self.writes:
            raise FileError("Bad file descriptor")
        node = self.files.look(self.path)
        old = node.data if node is not None else b""
        place = len(old) if self.appends else self.offset
        self.files.write(self.path, old[:place].ljust(place, b"\0") + data + old[place + len(data) :], at)
        self.offset = place + len(data)


@dataclass(slots=True, eq=False)
class Pipe:
    """Bytes between tasks. `at` is when the newest were written."""

    data: bytes = b""
    at: int = 0


@dataclass(slots=True, eq=False)
class PipeEnd(Descriptor):
    """One end of a pipe. Writing takes everything; who has filled a pipe waits until it is empty enough."""

    pipe: Pipe
    writes: bool

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """What is there; the end once nobody can write any more."""
        found, self.pipe.data = self.pipe.data[:limit], self.pipe.data[limit:]
        if found:
            return found
        return None if kernel.writers(self.pipe) else b""

    def unread(self, data: bytes) -> None:
        """Put back."""
        self.pipe.data = data + self.pipe.data

    def write(self, kernel: Kernel, data: bytes, at: int) -> None:
        """Add bytes; `BrokenPipe` if nobody can read them."""
        if not kernel.readers(self.pipe):
            raise BrokenPipe
        self.pipe.data += data
        self.pipe.at = max(self.pipe.at, at)

    def readable(self, kernel: Kernel) -> bool:
        """Bytes or the end."""
        return bool(self.pipe.data) or not kernel.writers(self.pipe)

    def writable(self, kernel: Kernel) -> bool:
        """Not full."""
        return len(self.pipe.data) < PIPE_FULL or not kernel.readers(self.pipe)

    @property
    def since(self) -> int:
        """When the newest bytes came."""
        return self.pipe.at


class Sink(Protocol):
    """Where the output of a container goes (its log), or of an exec session."""

    def accept(self, at: int, stream: int, data: bytes) -> None:
        """Take bytes of stream 1 (stdout) or 2 (stderr)."""


@dataclass(slots=True, eq=False)
class SinkEnd(Descriptor):
    """The output side of a container or of a session without a terminal."""

    sink: Sink
    stream: int

    def write(self, kernel: Kernel, data: bytes, at: int) -> None:
        """Hand on."""
        self.sink.accept(at, self.stream, data)


@dataclass(slots=True, eq=False)
class Source(Descriptor):
    """Standard input that comes from outside, piece by piece."""

    data: bytes = b""
    ended: bool = False
    at: int = 0
    taken: int = field(default=0)

    def feed(self, data: bytes, at: int, ended: bool = False) -> None:
        """More of it."""
        self.data += data
        self.at, self.ended = at, self.ended or ended

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """What has come."""
        found, self.data = self.data[:limit], self.data[limit:]
        return found if found or self.ended else None

    def unread(self, data: bytes) -> None:
        """Put back."""
        self.data = data + self.data

    def readable(self, kernel: Kernel) -> bool:
        """Bytes or the end."""
        return bool(self.data) or self.ended

    @property
    def since(self) -> int:
        """When the newest bytes came."""
        return self.at
