"""The arguments that plugins take, checked before a plugin sees them. Upstream: `pkg/scheduler/apis/config/validation/validation_pluginargs.go`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from cluster_core.api.kinds.pod_defaults import default_pod
from cluster_core.api.kinds.pod_validation import validate_pod_spec
from cluster_core.api.request import Obj
from cluster_core.api.schema import DecodeError, decode

STRATEGIES = ("LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
ITEMS_MAX = 100


class ArgumentError(ValueError):
    """Arguments that a plugin does not take."""


Check = Callable[[str, Any], None]


def check_arguments(plugin: str, args: Obj) -> None:
    """Raise `ArgumentError` for arguments of a plugin that are unknown or wrong."""
    known = ARGUMENTS.get(plugin, {})
    for name, value in args.items():
        if name in ("kind", "apiVersion"):
            continue
        if name not in known:
            raise ArgumentError(f'{plugin}: unknown field "{str(name)[:80]}"')
        known[name](f"{plugin}.{name}", value)


def _whole(least: int, most: int) -> Check:
    def check(where: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            words = f"not in valid range [{least}-{most}]"
            raise ArgumentError(f"{where}: Invalid value: {str(value)[:40]}: {words}")

    return check


def _one_of(*texts: str) -> Check:
    def check(where: str, value: Any) -> None:
        if value not in texts:
            supported = ", ".join(f'"{text}"' for text in texts)
            raise ArgumentError(f'{where}: Unsupported value: "{str(value)[:80]}": supported values: {supported}')

    return check


def _flag(where: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ArgumentError(f"{where}: expected true or false")


def _texts(where: str, value: Any) -> None:
    for text in _items(where, value):
        if not isinstance(text, str):
            raise ArgumentError(f"{where}: expected texts")


def _items(where: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > ITEMS_MAX:
        raise ArgumentError(f"{where}: expected a list of at most {ITEMS_MAX}")
    return value


def _fields(checks: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(where: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise ArgumentError(f"{where}: expected an object")
        for name in required:
            if name not in value:
                raise ArgumentError(f"{where}.{name}: Required value")
        for name, given in value.items():
            if name not in checks:
                raise ArgumentError(f'{where}: unknown field "{str(name)[:80]}"')
            checks[name](f"{where}.{name}", given)

    return check


def _each(one: Check) -> Check:
    def check(where: str, value: Any) -> None:
        for place, item in enumerate(_items(where, value)):
            one(f"{where}[{place}]", item)

    return check


def _text(where: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ArgumentError(f"{where}: expected a text")


def _rising(where: str, value: Any) -> None:
    """The points of a ratio's shape: at least one, by rising utilization."""
    _each(_fields({"utilization": _whole(0, 100), "score": _whole(0, 10)}, ("utilization", "score")))(where, value)
    places = [point["utilization"] for point in value]
    if not places or any(left >= right for left, right in pairwise(places)):
        raise ArgumentError(f"{where}: utilization values must be sorted in increasing order")


def _of_a_pod(field: str, wrap: Callable[[Any], Any]) -> Check:
    """Something that pods have too: decoded and judged as theirs."""

    def check(where: str, value: Any) -> None:
        spec = {"containers": [{"name": "c", "image": "i"}], field: wrap(value)}
        try:
            decoded, unknown = decode("PodSpec", spec)
        except DecodeError as error:
            raise ArgumentError(f"{where}: {error}") from error
        causes = [] if unknown else validate_pod_spec(default_pod(decoded), "spec")
        if unknown or causes:
            raise ArgumentError(f"{where}: {unknown[0] if unknown else causes[0].text()}")

    return check


RESOURCES = _each(_fields({"name": _text, "weight": _whole(1, 100)}, ("name",)))
STRATEGY = _fields(
    {
        "type": _one_of(*STRATEGIES),
        "resources": RESOURCES,
        "requestedToCapacityRatio": _fields({"shape": _rising}, ("shape",)),
    }
)
ARGUMENTS: dict[str, dict[str, Check]] = {
    "NodeResourcesFit": {"scoringStrategy": STRATEGY, "ignoredResources": _texts, "ignoredResourceGroups": _texts},
    "NodeResourcesBalancedAllocation": {"resources": RESOURCES},
    "InterPodAffinity": {"hardPodAffinityWeight": _whole(0, 100), "ignorePreferredTermsOfExistingPods": _flag},
    "PodTopologySpread": {
        "defaultConstraints": _of_a_pod("topologySpreadConstraints", lambda value: value),
        "defaultingType": _one_of("System", "List"),
    },
    "NodeAffinity": {"addedAffinity": _of_a_pod("affinity", lambda value: {"nodeAffinity": value})},
    "DefaultPreemption": {
        "minCandidateNodesPercentage": _whole(0, 100),
        "minCandidateNodesAbsolute": _whole(0, 1_000_000),
    },
    "VolumeBinding": {"bindTimeoutSeconds": _whole(0, 86_400)},
}
