"""Sessions: somebody outside is connected to a program of a container (exec) or to its main one (attach)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.shell.descriptors import Source
from cluster_core.shell.terminal import Terminal
from cluster_core.sim.process import Message

OUTPUT_MAX = 4 << 20


@dataclass(slots=True, eq=False)
class Session:
    """One connection. `chunks` are (channel 1 or 2, bytes) in order, never taken away: whoever reads keeps the place.

    Once it has ended, `exit_code` is that of its program; `error` is a sentence if there is none. `container` is the id of the container,
    `stdin` what its program reads.
    """

    id: str
    namespace: str
    pod: str
    name: str
    command: list[str]
    tty: bool = False
    interactive: bool = False
    attached: bool = False
    chunks: list[tuple[int, bytes]] = field(default_factory=list)
    written: int = 0
    opened: bool = False
    exit_code: int | None = None
    error: str = ""
    ended: bool = False
    ended_at: int = 0
    container: str = ""
    node: str = ""
    pid: int = 0
    stdin: Source | Terminal | None = None
    size: tuple[int, int] = (80, 24)
    settles: list[int] = field(default_factory=list)

    def accept(self, at: int, stream: int, data: bytes) -> None:
        """Output for whoever is connected; too much of it ends the session."""
        if self.ended:
            return
        self.written += len(data)
        if self.written > OUTPUT_MAX:
            self.end(at, None, "the session has written too much")
            return
        self.chunks.append((stream, data))

    def end(self, at: int, code: int | None, error: str = "") -> None:
        """It is over."""
        if not self.ended:
            self.ended, self.ended_at, self.exit_code, self.error = True, at, code, error

    def beside_ended(self, code: int, at: int) -> None:
        """The program of an exec has ended."""
        self.end(at, code)


@dataclass(slots=True)
class OpenSession(Message):
    """A client wants a session with a container of this node."""

    handler = "on_open_session"

    session: Session
    uid: str


@dataclass(slots=True)
class SessionInput(Message):
    """Keys or bytes from the client; `eof`: there will be no more, `closed`: the client has gone, `size`: of its terminal."""

    handler = "on_session_input"

    session: Session
    data: bytes = b""
    eof: bool = False
    closed: bool = False
    size: tuple[int, int] | None = None


@dataclass(slots=True)
class SessionSettled(Message):
    """The programs of a session wait for input or time, or it has ended: the commands that it was given are answered."""

    handler = "on_session_settled"

    indexes: list[int]


@dataclass(slots=True)
class SettleNow(Message):
    """A session that computes on and on is answered all the same."""

    handler = "on_settle_now"

    session: Any
