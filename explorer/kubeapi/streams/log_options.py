"""The options of a request for logs, and the lines that they choose.

Upstream: `pkg/apis/core/validation` (`ValidatePodLogOptions`), cri-client `pkg/logs/logs.go`. `stream` is behind the feature gate
PodLogsQuerySplitStreams upstream; here it is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cluster_core.api.errors import Cause, bad_request, invalid, supported
from cluster_core.api.timestamp import micro, parse
from cluster_core.kubelet.container_log import LogLine
from explorer.kubeapi.exchange import Exchange

STREAMS = {"All": "", "Stdout": "stdout", "Stderr": "stderr"}
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What is wanted of a log. `since` is virtual time (µs), None for everything; `stream` is "" for both."""

    container: str = ""
    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: int | None = None
    limit: int | None = None
    stream: str = ""


def read(exchange: Exchange, now: int) -> LogOptions:
    """From the query, at virtual time `now`. Raises 400 or 422 in upstream's words."""
    tail, limit, seconds = (exchange.number(name) for name in ("tailLines", "limitBytes", "sinceSeconds"))
    stream = exchange.text("stream") or "All"
    causes = _causes(exchange, tail, limit, seconds, stream)
    if causes:
        raise invalid("PodLogOptions", "", "", causes)
    since = None if seconds is None else now - seconds * SECOND_US
    if exchange.text("sinceTime"):
        since = _moment(exchange.text("sinceTime"))
    follow, previous, timestamps = (exchange.flag(name) for name in ("follow", "previous", "timestamps"))
    return LogOptions(
        exchange.text("container"), follow, previous, timestamps, tail, since, limit, STREAMS.get(stream, "")
    )


def _causes(exchange: Exchange, tail: int | None, limit: int | None, seconds: int | None, stream: str) -> list[Cause]:
    found: list[Cause] = []
    if tail is not None and tail < 0:
        found.append(Cause("tailLines", "Invalid", "must be greater than or equal to 0", tail))
    if limit is not None and limit < 1:
        found.append(Cause("limitBytes", "Invalid", "must be greater than 0", limit))
    if seconds is not None and exchange.text("sinceTime"):
        found.append(Cause("", "Forbidden", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    elif seconds is not None and seconds < 1:
        found.append(Cause("sinceSeconds", "Invalid", "must be greater than 0", seconds))
    if stream not in STREAMS:
        found.append(Cause("stream", "NotSupported", supported(*sorted(STREAMS)), stream))
    elif stream != "All" and tail is not None:
        found.append(Cause("", "Forbidden", "`tailLines` and specific `stream` are mutually exclusive for now"))
    return found


def _moment(text: str) -> int:
    try:
        if datetime.fromisoformat(text).tzinfo is None:
            raise ValueError
        return parse(text)
    except (ValueError, OverflowError) as error:
        layout = "2006-01-02T15:04:05Z07:00"
        raise bad_request(
            f'parsing time "{text[:100]}" as "{layout}": cannot parse "{text[:100]}" as "2006"'
        ) from error


def stamp(at: int) -> str:
    """RFC 3339 with nine digits, as the runtime writes it."""
    return micro(at)[:-1] + "000Z"


class LogText:
    """Lines of a log as bytes, in order, until `limit` is reached (`full`)."""

    def __init__(self, options: LogOptions) -> None:
        self._options = options
        self._left = options.limit
        self._begins = True
        self.full = False

    def first(self, lines: list[LogLine]) -> bytes:
        """What there is already: the last lines of it, if so many are wanted."""
        tail = self._options.tail
        return self.more(lines if tail is None else lines[len(lines) - min(tail, len(lines)) :])

    def more(self, lines: list[LogLine]) -> bytes:
        """What has come since."""
        data = b"".join(map(self._line, lines))
        if self._left is None:
            return data
        data = data[: self._left]
        self._left -= len(data)
        self.full = self._left == 0
        return data

    def _line(self, line: LogLine) -> bytes:
        options = self._options
        if (options.since is not None and line.at < options.since) or options.stream not in ("", line.stream):
            return b""
        stamped = f"{stamp(line.at)} " if options.timestamps and self._begins else ""
        self._begins = line.whole
        return f"{stamped}{line.text}{chr(10) if line.whole else ''}".encode()
