"""Whatever is asked of a StatefulSet, a DaemonSet and a budget: order, one pod per node that fits, enough healthy pods."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.api.objects import is_pod_ready
from tests.core.controllers.sets import daemonset, statefulset
from tests.core.controllers.small_cluster import SmallCluster, deployment
from tests.core.controllers.test_disruption import budget

STEPS = st.lists(
    st.tuples(st.sampled_from(["scale", "image", "delete", "taint", "heal"]), st.integers(0, 4)), min_size=1, max_size=6
)


def _do(cluster: SmallCluster, resource: str, name: str, step: tuple[str, int]) -> None:
    what, number = step
    if what == "scale" and resource == "statefulsets.apps":
        cluster.patch(resource, name, {"spec": {"replicas": number}})
    elif what == "image":
        containers = [{"name": "c", "image": f"i:{number}"}]
        cluster.patch(resource, name, {"spec": {"template": {"spec": {"containers": containers}}}})
    elif what == "delete" and (pods := cluster.all("pods")):
        cluster.delete("pods", pods[number % len(pods)]["metadata"]["name"])
    elif what == "taint" and resource == "daemonsets.apps":
        effect = "NoExecute" if number % 2 else "NoSchedule"
        cluster.patch("nodes", f"n{number % 2 + 1}", {"spec": {"taints": [{"key": "k", "effect": effect}]}})
    elif what == "heal":
        for node in ("n1", "n2"):
            cluster.patch("nodes", node, {"spec": {"taints": None}})


def _mine(cluster: SmallCluster) -> list[dict[str, Any]]:
    return [pod for pod in cluster.all("pods") if not pod["metadata"].get("deletionTimestamp")]


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_a_statefulset_makes_pods_in_order_and_ends_with_what_is_wanted(steps: list[tuple[str, int]]) -> None:
    cluster = SmallCluster()
    cluster.create(statefulset(3))
    seen: set[str] = set()
    for step in steps:
        _do(cluster, "statefulsets.apps", "db", step)
        for _ in range(10):
            cluster.run(0.15)
            pods = {pod["metadata"]["name"]: pod for pod in cluster.all("pods")}
            for name in sorted(pods.keys() - seen):
                below = [f"db-{number}" for number in range(int(name.rpartition("-")[2]))]
                assert all(one in pods for one in below), f"{name} was made before {below}"
            seen = set(pods)
    cluster.run(60)
    found = cluster.get("statefulsets.apps", "db")
    assert found is not None
    wanted = [f"db-{number}" for number in range(found["spec"]["replicas"])]
    assert [pod["metadata"]["name"] for pod in cluster.all("pods")] == wanted
    assert found["status"]["currentRevision"] == found["status"]["updateRevision"]


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_a_daemonset_has_at_most_one_pod_per_node_and_ends_with_one_on_each_that_fits(
    steps: list[tuple[str, int]],
) -> None:
    cluster = SmallCluster()
    cluster.create(daemonset())
    for step in steps:
        _do(cluster, "daemonsets.apps", "agent", step)
        for _ in range(10):
            cluster.run(0.15)
            nodes = [pod["spec"]["nodeName"] for pod in _mine(cluster) if pod["spec"].get("nodeName")]
            assert len(nodes) == len(set(nodes)), f"two pods on one node: {nodes}"
    _do(cluster, "daemonsets.apps", "agent", ("heal", 0))
    cluster.run(40)
    pods = _mine(cluster)
    assert sorted(pod["spec"]["nodeName"] for pod in pods) == ["n1", "n2"]
    found = cluster.get("daemonsets.apps", "agent")
    assert found is not None and found["status"]["updatedNumberScheduled"] == found["status"]["numberAvailable"] == 2


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), min_size=1, max_size=10))
def test_evictions_never_leave_fewer_ready_pods_than_the_budget_says(
    least: int, tries: list[tuple[int, float]]
) -> None:
    cluster = SmallCluster()
    cluster.create(deployment(replicas=4))
    cluster.run(5)
    cluster.create(budget(f"minAvailable: {least}"))
    cluster.run(1)
    for number, pause in tries:
        pods = _mine(cluster)
        name = pods[number % len(pods)]["metadata"]["name"]
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
        cluster.ask("create", "pods", name, subresource="eviction", body=body)
        assert sum(is_pod_ready(pod) for pod in _mine(cluster)) >= least
        cluster.run(pause)
