"""A kubectl command in the terminal: a conversation with the API server over its HTTP API, and what is printed meanwhile.

A verb is a generator: it yields calls and gets answers, whoever drives it. Nothing of it lives in the simulated world, so a
conversation can wait for as long as it likes: what it writes becomes a command of the log, what it reads changes nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cluster_core.api.request import Obj
from cluster_core.kubectl.resources import Resources

LINES_MAX = 10_000


class KubectlError(Exception):
    """A command that ends with an error; the text is kubectl's, `code` the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


@dataclass(slots=True)
class Call:
    """One HTTP request to the API server. `accept` is json, table or text; `body` is JSON, or a text of `content_type`."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = "application/json"
    accept: str = "json"

    @property
    def url(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(slots=True)
class Watch:
    """Follow a list: the next events are wanted. `timeout` in µs of virtual time, None: for ever."""

    path: str
    query: dict[str, str]
    accept: str = "json"
    timeout: int | None = None


@dataclass(slots=True)
class Logs:
    """Follow a log: the next lines are wanted."""

    path: str
    query: dict[str, str]


@dataclass(slots=True)
class Attach:
    """Hand the terminal over to a process in a container: exec or attach, at this path with this query."""

    path: str
    query: list[tuple[str, str]]


@dataclass(slots=True)
class Pause:
    """Let virtual time pass (µs) before trying again."""

    us: int


@dataclass(slots=True)
class Answer:
    """What the server said: HTTP code, JSON body (or text), warnings."""

    code: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.code < 300


# A watch is answered with its events [(type, object)], or with None once it has ended: timeout, or the server closed it.
Events = list[tuple[str, Obj]] | None
Step = Call | Watch | Logs | Attach | Pause
Talk = Generator[Step, Any, None]


@dataclass(slots=True)
class Line:
    """A printed text; `error` when it goes to stderr."""

    text: str
    error: bool = False


@dataclass(slots=True)
class Context:
    """What the terminal's kubeconfig would say: the names of its only context and of its user, the server's address."""

    name: str = "orrery"
    user: str = "kubernetes-admin@orrery"
    server: str = "https://10.0.0.1:6443"


class Terminal:
    """One run of kubectl: what it knows, what it has printed, whom it has touched.

    Whoever drives it sets `now` (µs) and `context`, sends the `impersonate` headers with every call, and keeps `namespace` for the next line.
    """

    def __init__(self, resources: Resources, namespace: str = "default", stdin: str = "") -> None:
        self.resources = resources
        self.namespace = namespace
        self.stdin = stdin
        self.now = 0
        self.lines: list[Line] = []
        self.left_out = 0
        self.code = 0
        self.touched: list[str] = []
        self.impersonate: list[tuple[str, str]] = []
        self.context = Context()

    def out(self, text: str) -> None:
        """Print to stdout."""
        self._print(text, False)

    def err(self, text: str) -> None:
        """Print to stderr."""
        self._print(text, True)

    def fail(self, error: KubectlError) -> None:
        """Print an error and go on; the command ends with its code."""
        self.err(str(error))
        self.code = error.code

    def touch(self, kind: str, namespace: str, name: str) -> None:
        """Remember an object that the command was about, for "show me"."""
        place = "/".join(part for part in (kind.lower(), namespace, name) if part)
        if place not in self.touched:
            self.touched.append(place)

    def _print(self, text: str, error: bool) -> None:
        for line in text.split("\n"):
            if len(self.lines) < LINES_MAX:
                self.lines.append(Line(line, error))
            else:
                self.left_out += 1


def ask(terminal: Terminal, call: Call) -> Generator[Call, Answer, Answer]:
    """Make a call; warnings of the server are printed as kubectl does."""
    answer = yield call
    for warning in answer.warnings:
        terminal.err(f"Warning: {warning}")
    return answer
