"""Budgets in a whole small cluster, and evictions under them."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.sets import daemonset, statefulset
from tests.core.controllers.small_cluster import SmallCluster, deployment, pod

BUDGETS = "poddisruptionbudgets.policy"


def budget(bound: str, app: str = "web", name: str = "b") -> str:
    return f"""
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}}}
spec: {{{bound}, selector: {{matchLabels: {{app: {app}}}}}}}
"""


def _status(cluster: SmallCluster, name: str = "b") -> dict[str, Any]:
    found = cluster.get(BUDGETS, name)
    assert found is not None
    status: dict[str, Any] = found["status"]
    return status


def _reason(cluster: SmallCluster) -> str:
    return str(_status(cluster)["conditions"][0]["reason"])


def _evict(cluster: SmallCluster, name: str) -> Any:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    return cluster.ask("create", "pods", name, subresource="eviction", body=body)


def test_a_share_is_of_what_the_deployment_wants() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=4))
    cluster.run(5)
    cluster.create(budget("maxUnavailable: 30%"))
    cluster.run(1)
    status = _status(cluster)
    assert (status["expectedPods"], status["desiredHealthy"], status["currentHealthy"]) == (4, 2, 4)
    assert status["disruptionsAllowed"] == 2 and _reason(cluster) == "SufficientPods"


def test_evictions_are_refused_when_the_budget_is_used_up_and_allowed_again_later() -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=3))
    cluster.run(5)
    cluster.create(budget("minAvailable: 2"))
    cluster.run(1)
    first, second, _third = (one["metadata"]["name"] for one in cluster.all("pods"))
    assert _evict(cluster, first).code == 201
    refused = _evict(cluster, second)
    assert refused.code == 429
    assert _reason(cluster) == "InsufficientPods"
    cluster.run(5)
    assert _status(cluster)["disruptionsAllowed"] == 1
    assert "disruptedPods" not in _status(cluster)
    assert _evict(cluster, second).code == 201


def test_a_budget_without_pods_allows_nothing_and_says_so() -> None:
    cluster = SmallCluster()
    cluster.create(budget("maxUnavailable: 1"))
    cluster.run(1)
    assert _status(cluster)["disruptionsAllowed"] == 0
    assert cluster.events("NoPods") == ["No matching pods found"]


def test_pods_of_a_kind_without_scale_stop_the_budget() -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    cluster.run(4)
    cluster.create(budget("maxUnavailable: 1", "agent"))
    cluster.run(1)
    assert _reason(cluster) == "SyncFailed"
    why = "daemonsets.apps does not implement the scale subresource"
    assert _status(cluster)["conditions"][0]["message"] == why
    assert cluster.events("CalculateExpectedPodCountFailed")[0].endswith(why)


def test_a_plain_number_needs_no_controller_and_others_are_told_of_bare_pods() -> None:
    cluster = SmallCluster()
    cluster.create(pod("bare"))
    cluster.run(3)
    cluster.create(budget("minAvailable: 1"))
    cluster.create(budget("maxUnavailable: 1", "other", "c"))
    cluster.run(1)
    assert (_status(cluster)["expectedPods"], _status(cluster)["currentHealthy"]) == (1, 1)
    cluster.patch("pods", "bare", {"metadata": {"labels": {"app": "other"}}})
    cluster.run(1)
    assert "app:other" in cluster.events("UnmanagedPods")[0]


def test_a_statefulset_counts_and_two_budgets_are_told_of() -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(2))
    cluster.run(4)
    cluster.create(budget("minAvailable: 50%", "db"))
    cluster.create(budget("minAvailable: 1", "db", "c"))
    cluster.run(1)
    assert (_status(cluster)["desiredHealthy"], _status(cluster)["disruptionsAllowed"]) == (1, 1)
    cluster.patch("pods", "db-0", {"metadata": {"annotations": {"a": "b"}}})
    cluster.run(1)
    assert cluster.events("MultiplePodDisruptionBudgets")[0].endswith('Chose "b" arbitrarily.')


def test_a_condition_that_nobody_acted_on_is_taken_back() -> None:
    cluster = SmallCluster()
    cluster.create(pod("p"))
    cluster.run(3)
    found = cluster.get("pods", "p")
    assert found is not None
    told = {"type": "DisruptionTarget", "status": "True", "reason": "Test", "message": "", "lastTransitionTime": None}
    since = next(one for one in found["status"]["conditions"] if one["type"] == "Ready")["lastTransitionTime"]
    conditions = [*found["status"]["conditions"], {**told, "lastTransitionTime": since}]
    body = {**found, "status": {**found["status"], "conditions": conditions}}
    assert cluster.ask("update", "pods", "p", body=body, subresource="status").ok
    cluster.run(100)
    assert _target(cluster) == "True"
    cluster.run(30)
    assert _target(cluster) == "False"


def _target(cluster: SmallCluster) -> str:
    found = cluster.get("pods", "p")
    assert found is not None
    return str(next(one for one in found["status"]["conditions"] if one["type"] == "DisruptionTarget")["status"])
