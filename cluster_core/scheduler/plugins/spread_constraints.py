"""Topology spread constraints of a pod, its own or the default ones. Upstream: `plugins/podtopologyspread/common.go`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.node_selector import matches_required
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, from_map
from cluster_core.api.toleration import tolerates
from cluster_core.scheduler.affinity_terms import parsed
from cluster_core.scheduler.default_selector import controller_of, default_selector
from cluster_core.scheduler.lister import Lister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo

HOSTNAME = "kubernetes.io/hostname"
HARD, SOFT = "DoNotSchedule", "ScheduleAnyway"
KEPT_MAX = 1024
SYSTEM_DEFAULTS: list[Obj] = [
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT, "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": SOFT, "maxSkew": 5},
]


@dataclass(frozen=True, slots=True)
class Constraint:
    """How uneven the numbers of matching pods may be over the values of a topology key. selector: None matches nothing."""

    max_skew: int
    key: str
    selector: Selector | None
    min_domains: int = 1
    honor_affinity: bool = True
    honor_taints: bool = False

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether pods with these labels are counted."""
        return self.selector is not None and self.selector.matches(labels)

    def includes(self, pod: PodInfo, node: NodeInfo) -> bool:
        """Whether the pods of a node are counted: its node policies say if it has to be one that the pod may go to."""
        spec = pod.pod["spec"]
        if self.honor_affinity and not matches_required(spec, node.node):
            return False
        if not self.honor_taints:
            return True
        taints = [taint for taint in node.node["spec"].get("taints") or () if taint["effect"] != "PreferNoSchedule"]
        return all(tolerates(spec.get("tolerations") or (), taint) for taint in taints)

    def count(self, node: NodeInfo, namespace: str) -> int:
        """How many pods of a node match; those that are being deleted do not count."""
        return sum(
            other.namespace == namespace and not other.terminating and self.matches(other.labels)
            for other in node.pods.values()
        )


ByAction = dict[str, list[Constraint]]
Kept = tuple[Any, Any, ByAction]
"""The Services and the controller's selector that constraints were read with, and the constraints."""


class Constraints:
    """The constraints of pods: their own, or the `defaults`, which count the pods of the same Services and controller.

    What was read once is kept, as long as the Services and the controller are the same objects.
    """

    def __init__(self, defaults: list[Obj]) -> None:
        self.defaults = defaults
        self._by_action = {
            action: [read_constraint(given, {}) for given in defaults if given["whenUnsatisfiable"] == action]
            for action in (HARD, SOFT)
        }
        self._kept: dict[Any, Kept] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_kept": {}}

    def of(self, pod: PodInfo, action: str, snapshot: Snapshot) -> list[Constraint]:
        """The constraints with an action (`HARD`, `SOFT`)."""
        if pod.pod["spec"].get("topologySpreadConstraints"):
            return self._own(pod)[action]
        return self._default(pod, snapshot.lister)[action] if self._by_action[action] else []

    def _own(self, pod: PodInfo) -> ByAction:
        key = (pod.signature, tuple(pod.labels.items()))
        known = self._kept.get(key)
        if known is None:
            own = pod.pod["spec"]["topologySpreadConstraints"]
            found: ByAction = {HARD: [], SOFT: []}
            for given in own:
                found[given["whenUnsatisfiable"]].append(read_constraint(given, pod.labels))
            known = self._keep(key, (None, None, found))
        return known[2]

    def _default(self, pod: PodInfo, lister: Lister) -> ByAction:
        services, controller = lister.objects("services", pod.namespace), controller_of(pod, lister)
        selects = controller["spec"].get("selector") if controller else None
        owner = controller["metadata"]["uid"] if controller else ""
        key = (pod.namespace, tuple(pod.labels.items()), owner)
        known = self._kept.get(key)
        if known is None or known[0] is not services or known[1] is not selects:
            selector = default_selector(pod, lister)
            found: ByAction = {
                action: [replace(one, selector=selector) for one in chosen] if selector.requirements else []
                for action, chosen in self._by_action.items()
            }
            known = self._keep(key, (services, selects, found))
        return known[2]

    def _keep(self, key: Any, kept: Kept) -> Kept:
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[key] = kept
        return kept


def has_all_keys(node: NodeInfo, constraints: Iterable[Constraint]) -> bool:
    """Whether a node has a value for every topology key."""
    labels = node.labels
    return all(constraint.key in labels for constraint in constraints)


def read_constraint(given: Obj, labels: dict[str, str]) -> Constraint:
    """A constraint of a pod that has these labels."""
    selector = parsed(given.get("labelSelector"))
    keys = {key: labels[key] for key in given.get("matchLabelKeys") or () if key in labels}
    if keys and selector is not None:
        selector = Selector(from_map(keys).requirements + selector.requirements)
    return Constraint(
        given["maxSkew"],
        given["topologyKey"],
        selector,
        given.get("minDomains") or 1,
        given.get("nodeAffinityPolicy", "Honor") == "Honor",
        given.get("nodeTaintsPolicy", "Ignore") == "Honor",
    )
