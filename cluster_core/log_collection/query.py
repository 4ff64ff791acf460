"""What is searched for in the store: words that a line has to contain, and fields. A part of LogsQL, with shorter names of fields.

    namespace:shop pod:web* container:nginx node:node-1 stream:stderr "connection refused" -healthz

All parts have to hold; a `*` at the end of a value means a prefix, `-` before a part the opposite. Words are looked for anywhere in a line,
upper and lower case alike. Real LogsQL also has `or`, regular expressions, pipes and times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cluster_core.log_collection.line import LogRecord

LENGTH_MAX, PARTS_MAX = 1_000, 30
FIELDS = ("namespace", "pod", "container", "node", "stream")
_PART = re.compile(r'(?P<no>-?)(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')


class QueryError(ValueError):
    """A query that cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One condition; `field` "" is the text of the line."""

    field: str
    value: str
    prefix: bool = False
    negated: bool = False

    def holds(self, record: LogRecord) -> bool:
        """Whether a line meets it."""
        return self._matches(record) != self.negated

    def _matches(self, record: LogRecord) -> bool:
        if not self.field:
            return self.value in record.text.lower()
        found = str(getattr(record, self.field))
        return found.startswith(self.value) if self.prefix else found == self.value


@dataclass(frozen=True, slots=True)
class Query:
    """All parts, and the stretch of time (µs, both ends included)."""

    parts: tuple[Part, ...] = ()
    since: int | None = None
    until: int | None = None

    def matches(self, record: LogRecord) -> bool:
        """Whether a line is one of those that are looked for."""
        if self.since is not None and record.at < self.since:
            return False
        if self.until is not None and record.at > self.until:
            return False
        return all(part.holds(record) for part in self.parts)


def query_of(text: str, since: int | None = None, until: int | None = None) -> Query:
    """Read a query. Raises QueryError."""
    if len(text) > LENGTH_MAX:
        raise QueryError(f"a query has at most {LENGTH_MAX} characters")
    parts = tuple(_part(found) for found in _PART.finditer(text) if found[0] != "*")
    if len(parts) > PARTS_MAX:
        raise QueryError(f"a query has at most {PARTS_MAX} parts")
    return Query(parts, since, until)


def _part(found: re.Match[str]) -> Part:
    field, negated = found["field"] or "", bool(found["no"])
    value = found["quoted"] if found["quoted"] is not None else found["bare"]
    if field and field not in FIELDS:
        # A colon in a word that is looked for: "127.0.0.1:80", "time:12".
        return Part("", f"{field}:{value}".lower(), negated=negated)
    if not field:
        return Part("", value.lower(), negated=negated)
    prefix = found["quoted"] is None and value.endswith("*")
    return Part(field, value.removesuffix("*") if prefix else value, prefix, negated)
