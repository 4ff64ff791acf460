"""What a container has written: lines with their times, as the runtime keeps them in its log files.

Real Kubernetes keeps five files of 10 MiB for each container; here the newest `LINES_MAX` lines, each of at most `LINE_MAX` bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from cluster_core.kubelet.node_programs import LogWatch
from cluster_core.kubelet.session import Session
from cluster_core.sim.shelf import Recent

LINES_MAX, LINE_MAX = 1_000, 16_384


class LogLine(NamedTuple):
    """One line. `number` counts from 0 for each start of a container, `at` is virtual time (µs); `whole` False: no newline ended it."""

    number: int
    at: int
    stream: str
    text: str
    whole: bool = True


@dataclass(slots=True, eq=False)
class ContainerLog:
    """The log of one start of a container. `partial` is what has been written of the lines that are not yet ended;
    `readers` are attached to it, `watch` is told of each line."""

    lines: Recent[LogLine] = field(default_factory=lambda: Recent(maxlen=LINES_MAX))
    written: int = 0
    partial: dict[int, bytes] = field(default_factory=dict)
    readers: list[Session] = field(default_factory=list)
    watch: LogWatch | None = None

    def accept(self, at: int, stream: int, data: bytes) -> None:
        """Take bytes of stream 1 (stdout) or 2 (stderr)."""
        for reader in self.readers:
            reader.accept(at, stream, data)
        *ended, rest = (self.partial.get(stream, b"") + data).split(b"\n")
        for line in ended:
            self._add(at, stream, line, True)
        while len(rest) > LINE_MAX:
            self._add(at, stream, rest[:LINE_MAX], False)
            rest = rest[LINE_MAX:]
        self.partial[stream] = rest

    def close(self, at: int) -> None:
        """The container has ended: what is left is a line without an end."""
        for stream, rest in sorted(self.partial.items()):
            if rest:
                self._add(at, stream, rest, False)
        self.partial = {}

    def _add(self, at: int, stream: int, data: bytes, whole: bool) -> None:
        while len(data) > LINE_MAX:
            self._add(at, stream, data[:LINE_MAX], False)
            data = data[LINE_MAX:]
        name = "stdout" if stream == 1 else "stderr"
        self.lines.append(LogLine(self.written, at, name, data.decode("utf-8", "replace"), whole))
        self.written += 1
        if self.watch is not None:
            self.watch.written(at)
