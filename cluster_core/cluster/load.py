"""The users of the cluster's programs: the command `load` says how much they ask of a workload from now on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.quantity import parse_bytes
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, from_label_selector, from_map, parse_label_selector
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message, Process
from cluster_core.usage.curve import POINTS_MAX, Curve
from cluster_core.usage.load import Load

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

AMOUNT_MAX = 10**9
SECONDS_MAX = 10**7


class LoadError(ValueError):
    """A load that cannot be read; says why."""


@dataclass(slots=True)
class LoadChanged(Message):
    """What the cluster's programs have to do has changed: derived periodic work looks again, as after `TopologyChanged`."""

    handler = "on_load_changed"


class Users(Process):
    """`answers` by the command's index: [{"object", "message", "error"}]."""

    def __init__(self, sim: Any, world: World) -> None:
        super().__init__(sim, "load", "workstation")
        self.world = world
        self.answers: dict[int, list[dict[str, Any]]] = {}

    def on_command(self, command: Any) -> None:
        """Set one load."""
        asked = command.params
        namespace = asked.get("namespace") or "default"
        self.record("command.given", kind="load", index=command.index, namespace=namespace)
        try:
            load = load_of(asked, self._selector(asked, namespace), self.sim.now)
        except (LoadError, ApiError) as failure:
            self.answers[command.index] = [{"object": "load", "message": str(failure), "error": "BadRequest"}]
            return
        self.world.traffic.set(load)
        self.record(
            "load.changed",
            namespace=namespace,
            selector=str(load.selector),
            millicores=load.millicores,
            each=load.per_pod,
        )
        self.answers[command.index] = [{"object": f"load/{namespace}", "message": str(load.selector), "error": ""}]
        for name, process in self.sim.processes.items():
            if hasattr(process, "on_load_changed"):
                self.sim.schedule(self.sim.now, name, LoadChanged())

    def _selector(self, asked: dict[str, Any], namespace: str) -> Selector:
        """The pods that are meant: by a selector, or those of a workload ("deployment/web")."""
        if "workload" not in asked:
            return selector_of(asked.get("selector"))
        kind, _, name = str(asked["workload"]).partition("/")
        resource = by_resource(kind.lower()).resource
        obj = self.world.objects(resource).get(f"{namespace}/{name}")
        if obj is None:
            raise LoadError(f'{resource} "{name}" not found')
        return _workload_selector(obj)


def check_load(asked: dict[str, Any]) -> None:
    """Raise LoadError for parameters of a command `load` that cannot be read, before it is logged."""
    if ("workload" in asked) == ("selector" in asked):
        raise LoadError("load: exactly one of 'workload' and 'selector' says which pods are meant")
    for name in ("workload", "namespace", "container"):
        if not isinstance(asked.get(name, ""), str) or len(asked.get(name, "")) > 253:
            raise LoadError(f"load: {name!r} must be a text of at most 253 characters")
    load_of(asked, selector_of(asked["selector"]) if "selector" in asked else Selector(), 0)


def load_of(asked: dict[str, Any], selector: Selector, now: int) -> Load:
    """The load that a command asks for. `requests` a second cost `request_millicores` each."""
    requests = _amount(asked, "requests")
    return Load(
        asked.get("namespace") or "default",
        selector,
        min(AMOUNT_MAX, _amount(asked, "millicores") + requests * _amount(asked, "request_millicores")),
        _amount(asked, "per_pod"),
        _bytes(asked.get("memory", 0)),
        str(asked.get("container", "")),
        _curve(asked),
        now,
        requests=requests,
    )


def selector_of(given: Any) -> Selector:
    """A selector as labels ({"app": "web"}) or as text ("app in (web)")."""
    try:
        if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
            return from_map(given)
        if isinstance(given, str):
            return parse_label_selector(given)
    except (ApiError, ValueError) as failure:
        raise LoadError(f"load: {failure}") from failure
    raise LoadError("load: 'selector' must be labels or a text")


def _workload_selector(obj: Obj) -> Selector:
    if obj["kind"] == "Pod":
        return from_map(obj["metadata"].get("labels") or {})
    found = obj.get("spec", {}).get("selector")
    if not found:
        raise LoadError(f"{obj['kind']} {obj['metadata']['name']} selects no pods")
    return from_map(found) if obj["kind"] in ("ReplicationController", "Service") else from_label_selector(found)


def _amount(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= AMOUNT_MAX:
        raise LoadError(f"load: {name!r} must be a whole number")
    return value


def _bytes(given: Any) -> int:
    try:
        found = parse_bytes(given)
    except (ValueError, TypeError) as failure:
        raise LoadError(f"load: 'memory': {failure}") from failure
    if not 0 <= found <= 2**60:
        raise LoadError("load: 'memory' must be a quantity of bytes")
    return found


def _curve(asked: dict[str, Any]) -> Curve:
    """[[seconds, percent] …], times not falling; `repeat` begins it again at its end."""
    given = asked.get("curve") or []
    if not isinstance(given, list) or len(given) > POINTS_MAX or not all(_is_point(point) for point in given):
        raise LoadError(f"load: 'curve' must be at most {POINTS_MAX} pairs [seconds, percent]")
    points = tuple((round(seconds * US_PER_SECOND), percent) for seconds, percent in given)
    if any(left[0] > right[0] for left, right in pairwise(points)):
        raise LoadError("load: the times of 'curve' must not fall")
    if asked.get("repeat") and (not points or points[-1][0] < US_PER_SECOND):
        raise LoadError("load: a curve that repeats needs a last point after a second or more")
    return Curve(points, bool(asked.get("repeat")))


def _is_point(point: Any) -> bool:
    if not isinstance(point, list | tuple) or len(point) != 2 or any(isinstance(part, bool) for part in point):
        return False
    seconds, percent = point
    return (
        isinstance(seconds, int | float)
        and 0 <= seconds <= SECONDS_MAX
        and isinstance(percent, int)
        and 0 <= percent <= 100_000
    )
