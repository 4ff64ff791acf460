"""What the program in an image does, as data: how big it is, how fast it starts, where it listens, when it exits.

The table is the YAML files of `behaviours/`: the first entry whose pattern matches the image wins. An unknown image is a
server that listens on its declared ports. Pod annotations `sim.orrery/…` override the table. Times are µs here, seconds
in the files. Real Kubernetes runs the program; here no instruction of it runs, but for command lines of shells and of the small
programs that every image has: those run in `cluster_core.shell` (`runs`), and say themselves when they end.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from cluster_core.api.quantity import parse as parse_quantity
from cluster_core.api.request import Obj
from cluster_core.kubelet.annotations import PREFIX
from cluster_core.kubelet.behaviour_files import Behaviour, entries
from cluster_core.kubelet.script import Script, script_of
from cluster_core.kubelet.stress import stress_of
from cluster_core.shell.executables import SHELLS
from cluster_core.shell.images import flavour_of
from cluster_core.shell.programs import known
from cluster_core.sim.kernel import US_PER_SECOND

FOLDER = Path(__file__).parent / "behaviours"
TASK_US = 5 * US_PER_SECOND
INIT_US = 1 * US_PER_SECOND


def behaviour_of(pod: Obj, container: Obj, init: bool, script: Script | None = None) -> Behaviour:
    """What a container of a pod will do. `init`: it is an init container that must end (not a sidecar)."""
    found = lookup(container["image"])
    found = _with_command(found, container)
    found = _stressed(_as_task(found, pod, init))
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


def _stressed(found: Behaviour) -> Behaviour:
    """A program that only takes: its arguments say how much."""
    taken = stress_of(found.argv, found.memory)
    if taken is None or found.runs:
        return found
    ends = found.exits_after if taken.seconds is None else taken.seconds * US_PER_SECOND
    return replace(found, cpu=taken.cpu, memory=taken.memory, exits_after=ends)


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
