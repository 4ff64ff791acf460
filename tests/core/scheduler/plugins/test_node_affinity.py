"""NodeAffinity and nodeSelector."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState, PreFilterResult
from cluster_core.scheduler.plugins.node_affinity import NodeAffinity
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node, pod, snapshot


def _needs(*expressions: dict[str, Any], fields: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    term = {"matchExpressions": list(expressions), "matchFields": list(fields)}
    required = {"nodeSelectorTerms": [term]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}, True),
        ({"key": "disk", "operator": "NotIn", "values": ["ssd"]}, False),
        ({"key": "none", "operator": "NotIn", "values": ["x"]}, True),
        ({"key": "disk", "operator": "Exists"}, True),
        ({"key": "none", "operator": "DoesNotExist"}, True),
        ({"key": "cores", "operator": "Gt", "values": ["4"]}, True),
        ({"key": "cores", "operator": "Lt", "values": ["8"]}, False),
        ({"key": "disk", "operator": "Gt", "values": ["4"]}, False),
    ],
)
def test_operators(expression: dict[str, Any], expected: bool) -> None:
    there = node(labels={"disk": "ssd", "cores": "8"})
    assert (NodeAffinity().filter(CycleState(), pod(affinity=_needs(expression)), there) is None) is expected


def test_terms_are_alternatives_and_an_empty_one_matches_nothing() -> None:
    either = {
        "nodeSelectorTerms": [{"matchExpressions": []}, {"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
    }
    wanted = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": either}}
    assert NodeAffinity().filter(CycleState(), pod(affinity=wanted), node(labels={"a": ""})) is None
    assert NodeAffinity().filter(CycleState(), pod(affinity=wanted), node()) is not None


def test_a_field_is_the_nodes_name() -> None:
    field = {"key": "metadata.name", "operator": "In", "values": ["n1"]}
    assert NodeAffinity().filter(CycleState(), pod(affinity=_needs(fields=(field,))), node("n1")) is None
    assert NodeAffinity().filter(CycleState(), pod(affinity=_needs(fields=(field,))), node("n2")) is not None


def test_the_selector_refuses_in_upstreams_words() -> None:
    status = NodeAffinity().filter(CycleState(), pod(nodeSelector={"disk": "tape"}), node(labels={"disk": "ssd"}))
    assert status is not None and status.reasons == ["node(s) didn't match Pod's node affinity/selector"]


def test_preferences_add_up() -> None:
    def prefers(weight: int, value: str) -> dict[str, Any]:
        return {
            "weight": weight,
            "preference": {"matchExpressions": [{"key": "z", "operator": "In", "values": [value]}]},
        }

    wanted = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [prefers(80, "a"), prefers(20, "b")]}}
    nodes = (node("a", labels={"z": "a"}), node("b", labels={"z": "b"}), node("c"))
    raw = {one.name: NodeAffinity().score(CycleState(), pod(affinity=wanted), one, snapshot(*nodes)) for one in nodes}
    assert raw == {"a": 80, "b": 20, "c": 0}
    assert NodeAffinity().normalize(CycleState(), pod(), raw) == {"a": 100, "b": 25, "c": 0}


def _names(*names: str) -> dict[str, Any]:
    return {"matchFields": [{"key": "metadata.name", "operator": "In", "values": list(names)}]}


def _terms(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def test_a_pod_that_names_its_nodes_is_looked_at_there_only() -> None:
    found = NodeAffinity().pre_filter(CycleState(), pod(affinity=_terms(_names("a"), _names("b"))), snapshot())
    assert found == PreFilterResult({"a", "b"})
    both = {"matchFields": [*_names("a")["matchFields"], *_names("b")["matchFields"]]}
    refused = NodeAffinity().pre_filter(CycleState(), pod(affinity=_terms(both)), snapshot())
    assert isinstance(refused, Status) and refused.reasons == ["pod affinity terms conflict"]
    labels = {"matchExpressions": [{"key": "z", "operator": "Exists"}]}
    assert NodeAffinity().pre_filter(CycleState(), pod(affinity=_terms(_names("a"), labels)), snapshot()) is None


def test_the_profile_may_add_an_affinity_of_its_own() -> None:
    added = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "z", "operator": "Exists"}]}]}
    plugin = NodeAffinity({"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": added}})
    status = plugin.filter(CycleState(), pod(), node())
    assert status is not None and status.reasons == ["node(s) didn't match scheduler-enforced node affinity"]
    assert plugin.filter(CycleState(), pod(), node(labels={"z": "a"})) is None
