"""Preemption in a whole small cluster: who is evicted, what everybody is told, and who gets the room."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from tests.core.controllers.small_cluster import SmallCluster

CLASSES = "".join(
    f"---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\nvalue: {value}\n{more}"
    for name, value, more in (
        ("low", 100, ""),
        ("mid", 1000, ""),
        ("high", 10000, ""),
        ("polite", 10000, "preemptionPolicy: Never\n"),
    )
)


def _pod(name: str, cpu: str, priority: str, **meta: Any) -> str:
    notes = ", ".join(f"{key}: {value}" for key, value in {"sim.orrery/term-seconds": '"3"', **meta}.items())
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {priority}}}, annotations: {{{notes}}}}}
spec:
  priorityClassName: {priority}
  containers: [{{name: c, image: "nginx:1.25", resources: {{requests: {{cpu: "{cpu}"}}}}}}]
"""


def _cluster(*pods: str) -> SmallCluster:
    """Two nodes of 8 CPU, with these pods running."""
    cluster = SmallCluster()
    cluster.create(CLASSES)
    for text in pods:
        cluster.create(text)
    cluster.run(10)
    return cluster


def _full() -> SmallCluster:
    return _cluster(*(_pod(f"low-{number}", "4", "low") for number in range(4)))


def _status(cluster: SmallCluster, name: str) -> dict[str, Any]:
    found = cluster.get("pods", name)
    assert found is not None
    status: dict[str, Any] = found["status"]
    return status


def _condition(status: Obj, kind: str) -> Obj:
    return next((one for one in status.get("conditions", ()) if one["type"] == kind), {})


def _nodes(cluster: SmallCluster) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["spec"].get("nodeName", "") for pod in cluster.all("pods")}


def test_victims_are_told_and_the_pod_gets_their_place() -> None:
    cluster = _full()
    (high,) = cluster.create(_pod("high", "8", "high"))
    cluster.run(0.5)
    status = _status(cluster, "high")
    assert _condition(status, "PodScheduled")["message"] == "0/2 nodes are available: 2 Insufficient cpu."
    target = status["nominatedNodeName"]
    victims = [name for name, node in _nodes(cluster).items() if node == target]
    assert len(victims) == 2
    for name in victims:
        told = _condition(_status(cluster, name), "DisruptionTarget")
        assert (told["status"], told["reason"]) == ("True", "PreemptionByScheduler")
        assert told["message"] == "default-scheduler: preempting to accommodate a higher priority pod"
    words = f"Preempted by pod {high['metadata']['uid']} on node {target}"
    assert cluster.events("Preempted") == [words, words]
    (told,) = cluster.told("scheduler.preempted")
    assert (told["node"], sorted(told["victims"])) == (target, [f"default/{name}" for name in victims])
    cluster.run(20)
    assert _nodes(cluster)["high"] == target and "nominatedNodeName" not in _status(cluster, "high")
    assert not cluster.world.scheduler.preempting and not cluster.world.scheduler.queue.nominator.by_node


def test_who_waits_for_its_victims_preempts_nobody_else() -> None:
    """The first victim's end wakes the pod, which does not fit yet."""
    cluster = _cluster(
        _pod("peer", "8", "high"), _pod("a", "4", "low"), _pod("b", "4", "low", **{"sim.orrery/term-seconds": '"8"'})
    )
    cluster.create(_pod("high", "8", "high"))
    cluster.run(6)
    message = _condition(_status(cluster, "high"), "PodScheduled")["message"]
    assert message.endswith("preemption: not eligible due to a terminating pod on the nominated node.")
    assert len(cluster.told("scheduler.preempted")) == 1
    cluster.run(10)
    assert _nodes(cluster)["high"] and "peer" in _nodes(cluster)


def test_a_polite_pod_evicts_nobody() -> None:
    cluster = _full()
    cluster.create(_pod("polite", "4", "polite"))
    cluster.run(5)
    assert _condition(_status(cluster, "polite"), "PodScheduled")["message"] == (
        "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, "
        "preemption: not eligible due to preemptionPolicy=Never."
    )
    assert cluster.events("Preempted") == []


def test_lower_pods_do_not_take_the_room_of_a_nominated_one() -> None:
    cluster = _full()
    cluster.create(_pod("high", "4", "high"))
    cluster.create(_pod("late", "4", "low"))
    cluster.run(20)
    assert _nodes(cluster)["high"] and not _nodes(cluster)["late"]


def test_a_higher_pod_takes_the_nomination_of_a_lower_one() -> None:
    cluster = _cluster(_pod("wall", "8", "high"), _pod("only", "8", "low"))
    cluster.create(_pod("mid", "8", "mid"))
    cluster.run(0.5)
    target = _status(cluster, "mid")["nominatedNodeName"]
    cluster.create(_pod("top", "8", "high"))
    cluster.run(1)
    assert _status(cluster, "top").get("nominatedNodeName") == target
    assert "nominatedNodeName" not in _status(cluster, "mid")
    cluster.run(20)
    assert _nodes(cluster)["top"] == target and not _nodes(cluster)["mid"]


def test_the_api_server_away_in_the_middle_of_it() -> None:
    """An eviction that cannot be carried out is tried again by the next attempt."""
    cluster = _full()
    cluster.create(_pod("high", "8", "high"))
    cluster.run(0.02)
    cluster.fault("apiserver-down")
    cluster.run(3)
    cluster.fault("apiserver-up")
    cluster.run(60)
    assert _nodes(cluster)["high"]
    assert not cluster.world.scheduler.preempting
