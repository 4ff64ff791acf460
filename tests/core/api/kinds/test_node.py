"""Nodes in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import refused_update
from tests.core.apiserver.plane import Plane


def node(**spec: Any) -> Obj:
    return {"metadata": {"name": "n"}, "spec": spec}


TAINT = {"key": "a", "effect": "NoSchedule"}
CASES: list[tuple[Obj, str]] = [
    (node(taints=[{"key": "a"}]), "metadata.taints[0].effect: Required value"),
    (
        node(taints=[{"key": "a", "effect": "X"}]),
        'metadata.taints[0].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ),
    (node(taints=[{**TAINT, "key": "a b"}]), 'metadata.taints[0].key: Invalid value: "a b"'),
    (node(taints=[{**TAINT, "value": "b c"}]), 'metadata.taints[0].value: Invalid value: "b c"'),
    (node(taints=[TAINT, TAINT]), "taints must be unique by key and effect pair"),
    (node(podCIDR="x"), 'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value'),
    (node(podCIDRs=["10.0.0.0/24", "10.0.1.0/24"]), "may specify no more than one CIDR for each IP family"),
    (
        {**node(), "status": {"capacity": {"cpu": "-1"}}},
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
    ),
]


@pytest.mark.parametrize(("body", "words"), CASES)
def test_refusals(body: Obj, words: str) -> None:
    answer = Plane().ask("create", "nodes", body=body)
    assert (answer.code, words in answer.body["message"]) == (422, True), answer.body


def test_one_range_is_the_first_of_several() -> None:
    plane = Plane()
    made = plane.ask("create", "nodes", body=node(podCIDR="10.0.0.0/24")).body
    assert (made["spec"]["podCIDR"], made["spec"]["podCIDRs"]) == ("10.0.0.0/24", ["10.0.0.0/24"])


FIXED: list[tuple[str, Any, str]] = [
    ("spec.podCIDR", "10.0.1.0/24", "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from"),
    (
        "spec.providerID",
        "b",
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ),
    ("spec.externalID", "b", "spec.externalID: Forbidden: may not be updated"),
]


@pytest.mark.parametrize(("path", "value", "words"), FIXED)
def test_what_may_not_change(path: str, value: Any, words: str) -> None:
    assert words in refused_update("nodes", node(podCIDR="10.0.0.0/24", providerID="a"), path, value)


def test_statuses() -> None:
    one = {"type": "InternalIP", "address": "10.0.0.1"}
    for path, value, words in (
        ("status", {"allocatable": {"pods": "1500m"}}, "status.allocatable.pods: Invalid value"),
        ("status", {"addresses": [one, one]}, "status.addresses[1]: Duplicate value"),
    ):
        assert words in refused_update("nodes", node(), path, value, "status")
