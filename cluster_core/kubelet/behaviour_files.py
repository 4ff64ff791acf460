"""The files of `behaviours/`: rows that say what the program in an image does. Every row is checked; an error names file, row and field.

The format is told in `docs/image-behaviours.md`. Times are seconds in the files, µs here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cluster_core.sim.kernel import US_PER_SECOND

FOLDER = Path(__file__).parent / "behaviours"
MEGABYTE = 1_000_000


class BehaviourError(ValueError):
    """A file of image behaviours that cannot be read; says file, row and field."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A program. `exits_after` None: it runs until it is stopped; `term_after` None: it ignores SIGTERM.

    `ready_after` counts from the start of the process: before it, no port is open. `serving_after` (annotation
    ready-seconds or never-ready) delays readiness only; it is None when nobody asked for it. `argv` is the command line;
    `cpu` (millicores) and `memory` (bytes) are what it takes without any load (annotations cpu and memory, as quantities), `ephemeral` the bytes that it
    writes into its file system (annotation ephemeral-storage).
    `flavour`, `programs` and `files` are what the image holds (`shell.images.layer`), `http` names what answers requests,
    `program` the program of the node that the container is (`node_programs`).
    """

    size_bytes: int = 60_000_000
    start_us: int = 250_000
    ready_after: int = 300_000
    listens: tuple[int, ...] = ()
    exits_after: int | None = None
    exit_code: int = 0
    term_after: int | None = 150_000
    shell: bool = False
    missing: bool = False
    logs: tuple[str, ...] = ()
    serving_after: int | None = None
    known: bool = False
    runs: bool = False
    argv: tuple[str, ...] = ()
    flavour: str = "debian"
    programs: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    http: str = ""
    program: str = ""
    cpu: int = 1
    memory: int = 8_000_000
    ephemeral: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a behaviours file: patterns on the image (`name`, `name:tag` or `host/name:tag`), and the program."""

    patterns: tuple[str, ...]
    behaviour: Behaviour
    files: str = field(default="", compare=False)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All rows of the folder, files in alphabetical order."""
    found: list[Entry] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        found.extend(read_rows(path.read_text(encoding="utf-8"), path.name))
    return tuple(found)


def read_rows(text: str, file: str) -> list[Entry]:
    """The rows of one file. Raises BehaviourError."""
    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BehaviourError(f"{file}: {error}") from error
    if not isinstance(rows, list):
        raise BehaviourError(f"{file}: expected a list of rows")
    return [_entry(row, f"{file}: row {number}", file) for number, row in enumerate(rows, 1)]


def _entry(row: Any, place: str, file: str) -> Entry:
    if not isinstance(row, dict) or not row.get("images"):
        raise BehaviourError(f"{place}: images: required, a list of patterns")
    for name, value in row.items():
        known = FIELDS.get(name)
        if known is None:
            raise BehaviourError(f"{place}: {name}: no such field; those that there are: {', '.join(FIELDS)}")
        check, expected = known
        if not check(value):
            raise BehaviourError(f"{place}: {name}: expected {expected}, not {value!r}")
    return Entry(tuple(row["images"]), _behaviour(row), file)


def _behaviour(row: dict[str, Any]) -> Behaviour:
    exits = row.get("exits")
    return Behaviour(
        size_bytes=_bytes(row.get("size_mb", 60)),
        start_us=_us(row.get("start_seconds", 0.25)),
        ready_after=_us(row.get("ready_after", 0.3)),
        listens=tuple(row.get("listens", ())),
        exits_after=None if exits is None else _us(exits.get("after", 0)),
        exit_code=0 if exits is None else int(exits.get("code", 0)),
        term_after=None if row.get("ignores_term") else _us(row.get("term_seconds", 0.15)),
        shell=row.get("shell", False),
        missing=row.get("missing", False),
        logs=tuple(row.get("logs", ())),
        known=True,
        argv=tuple(row.get("process", "").split()),
        flavour=row.get("flavour", ""),
        programs=tuple(row.get("programs", ())),
        files=tuple((row.get("files") or {}).items()),
        http=row.get("http", ""),
        program=row.get("program", ""),
        cpu=row.get("millicores", 1),
        memory=_bytes(row.get("memory_mb", 8)),
        ephemeral=_bytes(row.get("ephemeral_mb", 0)),
    )


def _us(seconds: float) -> int:
    return round(seconds * US_PER_SECOND)


def _bytes(megabytes: float) -> int:
    return int(megabytes * MEGABYTE)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and _is_amount(value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_ports(value: Any) -> bool:
    return isinstance(value, list) and all(_is_count(port) and 0 < port < 65_536 for port in value)


def _is_exit(value: Any) -> bool:
    known: Iterable[str] = ("after", "code")
    if not isinstance(value, dict) or any(name not in known for name in value):
        return False
    return _is_amount(value.get("after", 0)) and _is_count(value.get("code", 0)) and value.get("code", 0) < 256


def _are_files(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _is_text(path) and path.startswith("/") and _is_text(text) for path, text in value.items()
    )


Check = tuple[Callable[[Any], bool], str]
SECONDS: Check = (_is_amount, "a number of seconds")
MEGABYTES: Check = (_is_amount, "a number of megabytes")
FLAG: Check = (_is_flag, "true or false")
TEXT: Check = (_is_text, "a text")
FIELDS: dict[str, Check] = {
    "images": (_are_texts, "a list of patterns"),
    "size_mb": MEGABYTES,
    "start_seconds": SECONDS,
    "ready_after": SECONDS,
    "listens": (_are_ports, "a list of port numbers"),
    "exits": (_is_exit, "{after: seconds, code: 0 to 255}"),
    "term_seconds": SECONDS,
    "ignores_term": FLAG,
    "shell": FLAG,
    "missing": FLAG,
    "logs": (_are_texts, "a list of lines"),
    "flavour": TEXT,
    "programs": (_are_texts, "a list of paths"),
    "files": (_are_files, "texts by absolute path"),
    "http": TEXT,
    "program": TEXT,
    "process": TEXT,
    "millicores": (_is_count, "a whole number of millicores"),
    "memory_mb": MEGABYTES,
    "ephemeral_mb": MEGABYTES,
}
