"""Pods that leave a tainted node when their patience ends."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.controllers.taint_eviction import patience_us
from tests.core.controllers.small_cluster import SmallCluster, pod

SECOND = 1_000_000
TAINT = {"key": "fire", "value": "hot", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("tolerations", "expected"),
    [
        ([], 0),
        ([{"key": "fire", "operator": "Exists"}], None),
        ([{"operator": "Exists"}], None),
        ([{"key": "fire", "value": "hot", "effect": "NoExecute", "tolerationSeconds": 7}], 7 * SECOND),
        ([{"key": "fire", "value": "cold", "effect": "NoExecute"}], 0),
        ([{"key": "fire", "operator": "Exists", "effect": "NoSchedule"}], 0),
        ([{"key": "fire", "operator": "Exists", "tolerationSeconds": -3}], 0),
        ([{"key": "fire", "operator": "Exists"}, {"key": "fire", "operator": "Exists", "tolerationSeconds": 5}], None),
    ],
)
def test_patience(tolerations: list[dict[str, Any]], expected: int | None) -> None:
    assert patience_us(tolerations, [TAINT]) == expected


def test_the_shortest_of_several_taints_counts() -> None:
    water = {"key": "water", "effect": "NoExecute"}
    tolerations = [
        {"key": "fire", "operator": "Exists", "tolerationSeconds": 9},
        {"key": "water", "operator": "Exists"},
    ]
    assert patience_us(tolerations, [TAINT, water]) == 9 * SECOND
    assert patience_us(tolerations[:1], [TAINT, water]) == 0


def _tainted(cluster: SmallCluster, *taints: dict[str, Any]) -> None:
    cluster.patch("nodes", "n1", {"spec": {"taints": list(taints) or None}})


def _patient(name: str, seconds: int) -> str:
    toleration = f"{{key: fire, operator: Exists, effect: NoExecute, tolerationSeconds: {seconds}}}"
    return pod(name, node="n1").replace("{nodeName: n1,", f"{{nodeName: n1, tolerations: [{toleration}],")


def test_at_once_later_or_never() -> None:
    cluster = SmallCluster()
    cluster.create(pod("hasty", node="n1"))
    cluster.create(_patient("patient", 10))
    cluster.create(pod("elsewhere", node="n2"))
    cluster.run(3)
    _tainted(cluster, TAINT)
    cluster.run(4)
    assert [one["metadata"]["name"] for one in cluster.all("pods")] == ["elsewhere", "patient"]
    cluster.run(8)
    assert [one["metadata"]["name"] for one in cluster.all("pods")] == ["elsewhere"]
    assert {entry["object"] for entry in cluster.told("pod.evicted")} == {"pod/default/hasty", "pod/default/patient"}


def test_a_taint_that_goes_in_time_cancels_the_eviction() -> None:
    cluster = SmallCluster()
    cluster.create(_patient("patient", 10))
    cluster.run(3)
    _tainted(cluster, TAINT)
    cluster.run(5)
    _tainted(cluster)
    cluster.run(20)
    assert cluster.get("pods", "patient") is not None
    assert cluster.events("TaintManagerEviction") == ["Cancelling deletion of Pod default/patient"]


def test_an_evicted_pod_carries_the_reason() -> None:
    cluster = SmallCluster()
    text = pod("slow", node="n1").replace('term-seconds: "0.5"', 'term-seconds: "5"')
    cluster.create(text)
    cluster.run(3)
    _tainted(cluster, TAINT)
    cluster.run(1)
    slow = cluster.get("pods", "slow")
    assert slow is not None
    told = next(one for one in slow["status"]["conditions"] if one["type"] == "DisruptionTarget")
    assert told["reason"] == "DeletionByTaintManager"


def test_a_bare_pod_is_not_replaced() -> None:
    cluster = SmallCluster()
    cluster.create(pod("bare", node="n1"))
    cluster.run(3)
    _tainted(cluster, TAINT)
    cluster.run(30)
    assert not cluster.all("pods")
