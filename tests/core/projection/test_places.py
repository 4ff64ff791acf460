"""Ordinals with their claims, and nodes that a DaemonSet passes over."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.controllers.daemon_nodes import placement
from cluster_core.projection.places import CLAIMS_MAX, NAMES_MAX, daemon_part, refusal, stateful_part


def node(name: str, labels: dict[str, str] | None = None, taints: list[Any] | None = None) -> Any:
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": {"taints": taints or []}}


def daemons(**spec: Any) -> Any:
    return {"metadata": {"name": "agent", "namespace": "default"}, "spec": {"template": {"spec": spec}}}


REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
TERMS = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]}
TAINT = {"key": "team", "value": "a", "effect": "NoSchedule"}
ROWS: list[tuple[Any, Any, str]] = [
    (daemons(), node("n"), ""),
    (daemons(nodeName="other"), node("n"), "daemonset.refused-name"),
    (daemons(nodeSelector={"disk": "ssd"}), node("n"), "daemonset.refused-label"),
    (daemons(nodeSelector={"disk": "ssd"}), node("n", {"disk": "ssd"}), ""),
    (daemons(affinity={"nodeAffinity": {REQUIRED: TERMS}}), node("n"), "daemonset.refused-affinity"),
    (daemons(), node("n", taints=[TAINT]), "daemonset.refused-taint"),
    (daemons(), node("n", taints=[{**TAINT, "effect": "PreferNoSchedule"}]), ""),
    (daemons(tolerations=[{"operator": "Exists"}]), node("n", taints=[TAINT]), ""),
    (daemons(), node("n", taints=[{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]), ""),
]


@pytest.mark.parametrize(("owner", "there", "reason"), ROWS)
def test_why_a_node_is_passed_over(owner: Any, there: Any, reason: str) -> None:
    found = refusal(owner, there)
    assert (found["id"] if found else "") == reason
    assert (found is None) == placement(owner, there)[0]


def test_the_taint_is_named() -> None:
    found = refusal(daemons(), node("n", taints=[TAINT]))
    assert found is not None and found["params"] == {"taint": "team=a:NoSchedule"}


class Objects:
    """A source that has these objects."""

    def __init__(self, **objects: Any) -> None:
        self.sim: Any = None
        self.known = objects

    def objects(self, resource: str) -> Any:
        return self.known.get(resource, {})


def test_nodes_are_grouped_by_reason_and_counted_beyond_the_names() -> None:
    nodes = {f"n{i:03}": node(f"n{i:03}", taints=[TAINT] if i < 150 else []) for i in range(160)}
    nodes["pinned"] = node("pinned", taints=[{"key": "gpu", "effect": "NoExecute"}])
    found = daemon_part(daemons(), Objects(nodes=nodes))
    assert found["eligible"] == 10
    assert [(one["count"], len(one["nodes"])) for one in found["refused"]] == [(150, NAMES_MAX), (1, 1)]
    assert found["refused"][1]["reason"]["params"] == {"taint": "gpu:NoExecute"}


def claim(name: str, namespace: str = "default", **more: Any) -> Any:
    spec = {"resources": {"requests": {"storage": "1Gi"}}, **more.pop("spec", {})}
    return {"metadata": {"name": name, "namespace": namespace, **more.pop("meta", {})}, "spec": spec, **more}


def test_claims_of_a_set_by_ordinal() -> None:
    spec = {"replicas": 2, "volumeClaimTemplates": [{"metadata": {"name": "data"}}], "ordinals": {"start": 1}}
    owner = {"metadata": {"name": "db", "namespace": "default"}, "spec": spec}
    bound = {"phase": "Bound", "capacity": {"storage": "2Gi"}}
    claims = [
        claim("data-db-2"),
        claim("data-db-1", status=bound, spec={"volumeName": "pv-7", "storageClassName": "fast"}),
        claim("data-db-3", meta={"deletionTimestamp": "2025-01-01T00:00:30Z"}),
        claim("data-other-0"),
        claim("data-db-0", "elsewhere"),
    ]
    source = Objects(
        persistentvolumeclaims={f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in claims}
    )
    found = stateful_part(owner, source)
    shown = [(one["name"], one["phase"], one["volume"], one["size"]) for one in found["claims"]]
    assert shown == [
        ("data-db-1", "Bound", "pv-7", "2Gi"),
        ("data-db-2", "Pending", "", "1Gi"),
        ("data-db-3", "Terminating", "", "1Gi"),
    ]
    assert (found["start"], found["policy"], found["retention"]) == (1, "OrderedReady", ["Retain", "Retain"])
    many = Objects(persistentvolumeclaims={str(i): claim(f"data-db-{i}") for i in range(CLAIMS_MAX + 5)})
    assert len(stateful_part(owner, many)["claims"]) == CLAIMS_MAX
