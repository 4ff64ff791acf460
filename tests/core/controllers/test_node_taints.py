"""Taints from conditions."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers.node_taints import UNREACHABLE, evicting_key, evicting_taints, unschedulable_taints


def _node(taints: list[dict[str, str]] | None = None, cordoned: bool = False, **conditions: str) -> dict[str, Any]:
    told = [{"type": name, "status": status} for name, status in conditions.items()]
    spec = {"taints": taints, **({"unschedulable": True} if cordoned else {})}
    return {"metadata": {"name": "n"}, "spec": spec, "status": {"conditions": told}}


def test_each_condition_has_its_taint() -> None:
    node = _node(cordoned=True, Ready="False", MemoryPressure="True", DiskPressure="False", PIDPressure="True")
    found = unschedulable_taints(node, "t")
    assert found is not None and {one["effect"] for one in found} == {"NoSchedule"}
    assert [one["key"].partition("/")[2] for one in found] == [
        "not-ready",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
    ]
    assert unschedulable_taints({**node, "spec": {**node["spec"], "taints": found}}, "later") is None


def test_those_of_others_stay() -> None:
    mine = {"key": "mine", "effect": "NoSchedule"}
    old = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    assert unschedulable_taints(_node([mine, old], Ready="True"), "t") == [mine]
    assert unschedulable_taints(_node([mine], Ready="True"), "t") is None


def test_the_evicting_one_replaces_its_opposite() -> None:
    away = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute", "timeAdded": "t"}
    found = evicting_taints(_node([away]), UNREACHABLE, "u")
    assert found == [{"key": UNREACHABLE, "effect": "NoExecute", "timeAdded": "u"}]
    assert evicting_taints(_node([away]), None, "u") == [] and evicting_taints(_node(), None, "u") is None
    assert evicting_key(_node([away])) == "node.kubernetes.io/not-ready" and evicting_key(_node()) is None
