"""What would make a pod fit on a node that was refused: single changes of the node, of its pods, or of the pod itself.

Each suggestion is tried on copies against every Filter plugin, so `sufficient` says whether it is enough by itself. They are ids
with parameters: `fit.remove-taint {key, value, effect}` and so on; amounts are millicores, bytes or pieces, with the Kubernetes
quantity beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cluster_core.api.node_selector import matches_term, node_affinity
from cluster_core.api.request import Obj
from cluster_core.api.toleration import tolerates
from cluster_core.scheduler.fit_case import Card, Case, Change, case_of, prepare, refusals
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preemption import Candidate, select_victims
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.requests import read_resources

NODES_MAX = 10
JUDGED_MAX = 500
EFFECTS = ("NoSchedule", "NoExecute")
CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def fit_suggestions(profile: Profile, pod: PodInfo, snapshot: Snapshot, refused: list[str]) -> dict[str, list[Card]]:
    """Suggestions for the nodes that are nearest to fitting, at most 10: those that the fewest plugins refuse."""
    prepared = prepare(profile, pod, snapshot)
    cases = [case_of(profile, pod, snapshot.nodes[name], snapshot, prepared) for name in refused[:JUDGED_MAX]]
    nearest = sorted(cases, key=lambda case: (len(case.refusals), case.node.name))[:NODES_MAX]
    return {case.node.name: [_card(case, change) for change in _changes(case)] for case in nearest}


def new_node(profile: Profile, pod: PodInfo, snapshot: Snapshot) -> Card | None:
    """A machine that would take the pod if it joined: as large as the largest node or as the pod asks; None if none would."""
    sizes = [
        read_resources(node.node.get("status", {}).get("allocatable", {})).amounts() for node in snapshot.nodes.values()
    ]
    wanted = pod.requests.amounts()
    size = {name: max(wanted.get(name, 0), *(one.get(name, 0) for one in sizes), 0) for name in ("cpu", "memory")}
    name = next(
        name for number in range(1, len(snapshot.nodes) + 2) if (name := f"node-{number}") not in snapshot.nodes
    )
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    told = {field: quantity(field, amount) for field, amount in size.items()}
    allocatable = {**told, "pods": "110", "ephemeral-storage": "100Gi"}
    node = {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": {"allocatable": allocatable}}
    asked = {key: value for key, value in _wanted_labels(node, pod.pod["spec"]).items() if value is not None}
    node = {**node, "metadata": {"name": name, "labels": {**labels, **asked}}}
    info = NodeInfo.of(node)
    grown = replace(snapshot, nodes={**snapshot.nodes, name: info})
    if refusals(profile, pod, info, prepare(profile, pod, grown)):
        return None
    return {"id": "fit.add-node", "params": {"name": name, **told, "labels": asked}, "sufficient": True}


def _card(case: Case, change: Change) -> Card:
    return {"id": change.id, "params": change.params, "sufficient": not case.with_change(change).refusals}


def _changes(case: Case) -> Iterator[Change]:
    """The changes that each refusing plugin's own rule suggests, and last whose departure would help."""
    for plugin in case.refusals:
        yield from RULES.get(plugin, _nothing)(case)
    yield from _departures(case)


def _nothing(_case: Case) -> Iterator[Change]:
    yield from ()


def _uncordon(case: Case) -> Iterator[Change]:
    node = case.node.node
    spec = {key: value for key, value in node["spec"].items() if key != "unschedulable"}
    spec["taints"] = [taint for taint in spec.get("taints", ()) if taint["key"] != CORDON["key"]]
    yield Change("fit.uncordon", {}, node={**node, "spec": spec})


def _taints(case: Case) -> Iterator[Change]:
    node, spec = case.node.node, case.pod.pod["spec"]
    tolerations, taints = list(spec.get("tolerations", ())), node["spec"].get("taints", [])
    for taint in taints:
        if taint["effect"] not in EFFECTS or tolerates(tolerations, taint) or taint["key"] == CORDON["key"]:
            continue
        params = {"key": taint["key"], "value": taint.get("value", ""), "effect": taint["effect"]}
        left = [other for other in taints if other is not taint]
        yield Change("fit.remove-taint", params, node={**node, "spec": {**node["spec"], "taints": left}})
        operator = {"operator": "Equal", "value": params["value"]} if params["value"] else {"operator": "Exists"}
        toleration = {"key": taint["key"], "effect": taint["effect"], **operator}
        yield Change("fit.add-toleration", params, pod=_with_spec(case, tolerations=[*tolerations, toleration]))


def _labels(case: Case) -> Iterator[Change]:
    """Labels for the nodeSelector, and for the term of the required affinity that misses the least."""
    node, labels = case.node.node, case.node.node["metadata"].get("labels", {})
    for key, value in _wanted_labels(node, case.pod.pod["spec"]).items():
        now = {name: text for name, text in labels.items() if name != key} | ({key: value} if value is not None else {})
        params: Card = {"key": key} if value is None else {"key": key, "value": value}
        changed = {**node, "metadata": {**node["metadata"], "labels": now}}
        yield Change("fit.remove-label" if value is None else "fit.add-label", params, node=changed)


def _wanted_labels(node: Obj, spec: Obj) -> dict[str, str | None]:
    """Labels that a node needs for a pod (None: that it must not have)."""
    labels = node["metadata"].get("labels", {})
    wanted: dict[str, str | None] = {
        key: value for key, value in spec.get("nodeSelector", {}).items() if labels.get(key) != value
    }
    required = node_affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    if required and not any(matches_term(term, node) for term in required["nodeSelectorTerms"]):
        terms = [_missing(term, node) for term in required["nodeSelectorTerms"]]
        reachable = sorted((term for term in terms if term is not None), key=len)
        wanted |= reachable[0] if reachable else {}
    return wanted


def _missing(term: Obj, node: Obj) -> dict[str, str | None] | None:
    """Labels that a node needs (None: that it must not have) to match a term; None if no label can do it."""
    if term.get("matchFields") and not matches_term({"matchFields": term["matchFields"]}, node):
        return None
    wanted: dict[str, str | None] = {}
    for expression in term.get("matchExpressions", ()):
        if not matches_term({"matchExpressions": [expression]}, node):
            wanted[expression["key"]] = _value_for(expression)
    return wanted


def _value_for(expression: Obj) -> str | None:
    operator, values = expression["operator"], expression.get("values") or [""]
    if operator in ("NotIn", "DoesNotExist"):
        return None
    if operator in ("Gt", "Lt"):
        return str(int(values[0]) + (1 if operator == "Gt" else -1))
    return str(values[0]) if operator == "In" else ""


def _resources(case: Case) -> Iterator[Change]:
    """For each resource that does not suffice: how much others would have to free, and what is left for the pod now."""
    wanted, used, total = case.pod.requests.amounts(), case.node.requested.amounts(), case.node.allocatable.amounts()
    for name, amount in wanted.items():
        left = total.get(name, 0) - used.get(name, 0)
        if amount <= left or not amount:
            continue
        if amount <= total.get(name, 0):
            params = {"resource": name, "amount": amount - left, "quantity": quantity(name, amount - left)}
            yield Change("fit.free-resource", params, node=_larger(case.node.node, name, total[name] + amount - left))
        if left > 0:
            container, lower = _largest(case, name)
            params = {"resource": name, "to": left, "quantity": quantity(name, left)}
            params |= {"container": container, "container_quantity": quantity(name, max(0, lower - amount + left))}
            yield Change("fit.lower-request", params, pod=_lowered(case, params))


def _named_node(case: Case) -> Iterator[Change]:
    yield Change("fit.drop-node-name", {"node": case.pod.pod["spec"]["nodeName"]}, pod=_with_spec(case, nodeName=""))


def _spread(case: Case) -> Iterator[Change]:
    """Leaving one hard spread constraint out."""
    constraints = case.pod.pod["spec"].get("topologySpreadConstraints", [])
    for constraint in constraints:
        if constraint.get("whenUnsatisfiable") == "DoNotSchedule":
            left = [other for other in constraints if other is not constraint]
            params = {"key": constraint["topologyKey"], "max_skew": constraint["maxSkew"]}
            yield Change("fit.drop-spread", params, pod=_with_spec(case, topologySpreadConstraints=left))


def _pod_affinity(case: Case) -> Iterator[Change]:
    """Leaving one required term of the pod's own (anti-)affinity out."""
    affinity = case.pod.pod["spec"].get("affinity") or {}
    field_name = "requiredDuringSchedulingIgnoredDuringExecution"
    for kind, change_id in (("podAffinity", "fit.drop-affinity"), ("podAntiAffinity", "fit.drop-anti-affinity")):
        terms = (affinity.get(kind) or {}).get(field_name, [])
        for term in terms:
            left = {**affinity[kind], field_name: [other for other in terms if other is not term]}
            pod = _with_spec(case, affinity={**affinity, kind: left})
            yield Change(change_id, {"key": term["topologyKey"]}, pod=pod)


RULES: dict[str, Callable[[Case], Iterator[Change]]] = {
    "NodeUnschedulable": _uncordon,
    "NodeName": _named_node,
    "TaintToleration": _taints,
    "NodeAffinity": _labels,
    "NodeResourcesFit": _resources,
    "PodTopologySpread": _spread,
    "InterPodAffinity": _pod_affinity,
}


def _departures(case: Case) -> Iterator[Change]:
    """The pods of lower priority that preemption would choose, or else the first single pod whose departure is enough."""
    state = case.prepared.state.clone()
    found = select_victims(case.profile, state, case.pod, case.node.copy(), case.snapshot, [])
    if isinstance(found, Candidate):
        yield _departure("fit.delete-lower-pods", found.victims)
        return
    for other in case.node.pods.values():
        change = _departure("fit.delete-pods", [other])
        if not case.with_change(change).refusals:
            yield change
            return


def _departure(change_id: str, pods: list[PodInfo]) -> Change:
    return Change(change_id, {"pods": [pod.key for pod in pods]}, gone=[pod.uid for pod in pods])


def quantity(resource: str, amount: int) -> str:
    """An amount as Kubernetes writes it: millicores for cpu, Gi or Mi where it comes out even."""
    if resource == "cpu":
        return f"{amount // 1000}" if amount % 1000 == 0 else f"{amount}m"
    if resource in ("memory", "ephemeral-storage"):
        for shift, unit in ((30, "Gi"), (20, "Mi")):
            if amount % (1 << shift) == 0:
                return f"{amount >> shift}{unit}"
    return str(amount)


def _with_spec(case: Case, **fields: Any) -> Obj:
    pod = case.pod.pod
    spec = {name: value for name, value in {**pod["spec"], **fields}.items() if value not in ("", [])}
    return {**pod, "spec": spec}


def _largest(case: Case, resource: str) -> tuple[str, int]:
    """The container that asks for the most of a resource, and how much that is."""
    requests = {one["name"]: _request(one, resource) for one in case.pod.pod["spec"]["containers"]}
    return max(requests.items(), key=lambda found: found[1])


def _lowered(case: Case, params: Card) -> Obj:
    """The pod with a smaller request in one container."""
    wanted = {params["resource"]: params["container_quantity"]}
    containers = [
        {**one, "resources": {**resources, "requests": {**resources.get("requests", {}), **wanted}}}
        if one["name"] == params["container"]
        else one
        for one, resources in ((one, one.get("resources", {})) for one in case.pod.pod["spec"]["containers"])
    ]
    return _with_spec(case, containers=containers)


def _request(container: Obj, resource: str) -> int:
    given = container.get("resources", {}).get("requests", {})
    return read_resources({resource: given.get(resource, "0")}).amounts().get(resource, 0)


def _larger(node: Obj, resource: str, amount: int) -> Obj:
    status = node.get("status", {})
    allocatable = {**status.get("allocatable", {}), resource: quantity(resource, amount)}
    return {**node, "status": {**status, "allocatable": allocatable}}
