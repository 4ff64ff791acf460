"""What the program in an image does, as data: how big it is, how fast it starts, where it listens, when it exits.

The table is the YAML files of `behaviours/`: the first entry whose pattern matches the image wins. An unknown image is a
server that listens on its declared ports. Pod annotations `sim.orrery/…` override the table. Times are µs here, seconds
in the files. Real Kubernetes runs the program; here no instruction of it runs, but for command lines of shells and of the small
programs that every image has: those run in `cluster_core.shell` (`runs`), and say themselves when they end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cluster_core.api.quantity import parse as parse_quantity
from cluster_core.api.request import Obj
from cluster_core.kubelet.script import PREFIX, Script, script_of
from cluster_core.shell.executables import SHELLS
from cluster_core.shell.images import flavour_of
from cluster_core.shell.programs import known
from cluster_core.sim.kernel import US_PER_SECOND

FOLDER = Path(__file__).parent / "behaviours"
TASK_US = 5 * US_PER_SECOND
INIT_US = 1 * US_PER_SECOND


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


def behaviour_of(pod: Obj, container: Obj, init: bool, script: Script | None = None) -> Behaviour:
    """What a container of a pod will do. `init`: it is an init container that must end (not a sidecar)."""
    found = lookup(container["image"])
    found = _with_command(found, container)
    found = _as_task(found, pod, init)
    found = _metered(found, pod["metadata"].get("annotations") or {})
    return _scripted(_with_ports(found, container), script or script_of(pod), init, container)


@lru_cache(maxsize=1024)
def lookup(image: str) -> Behaviour:
    """The table's row for an image, or the behaviour of an unknown one."""
    names = image_names(image)
    for entry in entries():
        if any(fnmatchcase(name, pattern) for pattern in entry.patterns for name in names):
            return replace(entry.behaviour, flavour=entry.behaviour.flavour or flavour_of(image))
    return Behaviour(flavour=flavour_of(image))


def image_names(image: str) -> tuple[str, str, str]:
    """The names by which a pattern may mean an image: last path part without tag, with tag, and the whole reference."""
    bare = image.partition("@")[0]
    last = bare.rpartition("/")[2]
    return last.partition(":")[0], last, bare


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All rows, files in alphabetical order."""
    found: list[Entry] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(_entry(row, path.name))
    return tuple(found)


FIELDS = {"images", "size_mb", "start_seconds", "ready_after", "listens", "exits", "term_seconds", "ignores_term"} | {
    "shell",
    "missing",
    "logs",
    "flavour",
    "programs",
    "files",
    "http",
    "program",
    "process",
    "millicores",
    "memory_mb",
    "ephemeral_mb",
}


def _entry(row: dict[str, Any], file: str) -> Entry:
    unknown = sorted(set(row) - FIELDS)
    if unknown or not row.get("images"):
        raise ValueError(f"{file}: unknown fields {unknown} or no images in {row}")
    exits = row.get("exits")
    behaviour = Behaviour(
        size_bytes=int(float(row.get("size_mb", 60)) * 1_000_000),
        start_us=_us(row.get("start_seconds", 0.25)),
        ready_after=_us(row.get("ready_after", 0.3)),
        listens=tuple(row.get("listens", ())),
        exits_after=None if exits is None else _us(exits.get("after", 0)),
        exit_code=0 if exits is None else int(exits.get("code", 0)),
        term_after=None if row.get("ignores_term") else _us(row.get("term_seconds", 0.15)),
        shell=bool(row.get("shell", False)),
        missing=bool(row.get("missing", False)),
        logs=tuple(row.get("logs", ())),
        known=True,
        argv=tuple(str(row.get("process", "")).split()),
        flavour=str(row.get("flavour", "")),
        programs=tuple(row.get("programs", ())),
        files=tuple((row.get("files") or {}).items()),
        http=str(row.get("http", "")),
        program=str(row.get("program", "")),
        cpu=int(row.get("millicores", 1)),
        memory=int(float(row.get("memory_mb", 8)) * 1_000_000),
        ephemeral=int(float(row.get("ephemeral_mb", 0)) * 1_000_000),
    )
    return Entry(tuple(row["images"]), behaviour, file)


def _us(seconds: Any) -> int:
    return round(float(seconds) * US_PER_SECOND)


def _with_command(found: Behaviour, container: Obj) -> Behaviour:
    """What runs in a shell: the commands of shell images, and command lines of shells and small programs in any other."""
    command, arguments = container.get("command") or (), container.get("args") or ()
    argv = (*(command or (() if found.shell and arguments else found.argv)), *arguments)
    if found.shell and not argv:
        argv = ("sh",)
    name = argv[0].rpartition("/")[2] if argv else ""
    runs = found.shell or (bool(command) and found.flavour != "none" and (name in SHELLS or known(name)))
    if not runs:
        return replace(found, argv=argv)
    return replace(
        found, argv=argv, runs=True, exits_after=None, exit_code=0, ready_after=min(found.ready_after, 50_000)
    )


def _as_task(found: Behaviour, pod: Obj, init: bool) -> Behaviour:
    """Where a program that never ends makes no sense (init containers, Jobs), an unknown image does its work and exits."""
    ends = init or pod["spec"].get("restartPolicy", "Always") != "Always"
    if not ends or found.known or found.exits_after is not None or found.runs:
        return found
    return replace(found, exits_after=INIT_US if init else TASK_US)


def _metered(found: Behaviour, notes: dict[str, str]) -> Behaviour:
    """What the pod itself says that its containers take, if it can be read."""
    cpu, memory, written = (_quantity(notes.get(PREFIX + name)) for name in ("cpu", "memory", "ephemeral-storage"))
    if written is not None:
        found = replace(found, ephemeral=-(-written // 1))
    if cpu is not None:
        found = replace(found, cpu=-(-cpu * 1000 // 1))
    return found if memory is None else replace(found, memory=-(-memory // 1))


def _quantity(text: str | None) -> Fraction | None:
    try:
        return None if text is None else max(Fraction(0), parse_quantity(text))
    except ValueError:
        return None


def _with_ports(found: Behaviour, container: Obj) -> Behaviour:
    declared = [port["containerPort"] for port in container.get("ports") or ()]
    if not declared and not found.listens and not found.known:
        declared = _probed_ports(container)
    listens = tuple(dict.fromkeys([*found.listens, *declared]))
    return replace(found, listens=listens)


def _probed_ports(container: Obj) -> list[int]:
    ports: list[int] = []
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        probe = container.get(name) or {}
        for way in ("httpGet", "tcpSocket", "grpc"):
            port = (probe.get(way) or {}).get("port")
            if isinstance(port, int):
                ports.append(port)
    return ports


def _scripted(found: Behaviour, script: Script, init: bool, container: Obj) -> Behaviour:
    if init:
        return found if script.init is None else replace(found, runs=False, exits_after=script.init, exit_code=0)
    if script.whole:
        found = replace(found, runs=False, exits_after=None)
    if script.start is not None:
        found = replace(found, ready_after=0)
    if script.ready is not None:
        found = replace(found, serving_after=script.ready)
    if script.term is not None:
        found = replace(found, runs=False, term_after=script.term)
    if script.run is not None:
        found = replace(found, runs=False, exits_after=script.run, exit_code=script.exit_code)
    return found
