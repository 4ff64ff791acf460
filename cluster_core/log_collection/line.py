"""One line of a container's log as the collector tells it: what was written, and who wrote it where. On its way it is a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from cluster_core.api.timestamp import rfc3339


class LogRecord(NamedTuple):
    """`at` is virtual time (µs); `start` the id of the container's start that wrote it, `number` its place there."""

    at: int
    namespace: str
    pod: str
    container: str
    node: str
    stream: str
    text: str
    start: str
    number: int


def written(records: Iterable[LogRecord]) -> bytes:
    """Lines of JSON, as fluent-bit's output `http` with format `json_lines` sends them."""
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records).encode()


def read(data: bytes) -> list[LogRecord]:
    """What `written` wrote. ValueError: it is something else."""
    found = []
    for line in data.decode("utf-8").splitlines():
        parts = json.loads(line)
        if not isinstance(parts, list) or len(parts) != len(LogRecord._fields):
            raise ValueError("not a line of a log")
        at, *texts, number = parts
        if not isinstance(at, int) or not isinstance(number, int) or not all(isinstance(text, str) for text in texts):
            raise ValueError("not a line of a log")
        found.append(LogRecord._make(parts))
    return found


def shown(record: LogRecord) -> dict[str, str]:
    """A line as a search in the store tells it."""
    return {
        "_time": rfc3339(record.at),
        "_msg": record.text,
        "kubernetes.namespace_name": record.namespace,
        "kubernetes.pod_name": record.pod,
        "kubernetes.container_name": record.container,
        "kubernetes.host": record.node,
        "stream": record.stream,
    }
