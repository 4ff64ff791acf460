"""The binding cycle: a plugin may hold a pod before its binding, in a whole small cluster."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState, Hold, Plugin, Write
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.score_rows import ScoreRows
from cluster_core.scheduler.status import UNSCHEDULABLE, Status
from tests.core.controllers.small_cluster import SmallCluster, pod


class Ticket(Plugin):
    """Holds a pod until the node carries a label with the pod's name, which it asks for itself if `asks`; for two seconds."""

    name = "Ticket"

    def __init__(self, asks: bool = True, node: str = "") -> None:
        super().__init__()
        self.asks, self.only = asks, node
        self.reserved: list[str] = []

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        if self.only and node != self.only:
            return Status(UNSCHEDULABLE, ["no ticket office"])
        self.reserved.append(pod.key)
        return None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        if pod.key in self.reserved:
            self.reserved.remove(pod.key)

    def pre_bind(
        self, state: CycleState, pod: PodInfo, node: str, snapshot: Snapshot, now: int
    ) -> Hold | Status | None:
        until = state.data.get(self.name)
        if until is None:
            state.data[self.name] = until = now + 2_000_000
            write = Write("patch", "nodes", node, body={"metadata": {"labels": {"ticket": "yes"}}})
            return Hold([write] if self.asks else [], until)
        if snapshot.nodes[node].node["metadata"]["labels"].get("ticket"):
            return None
        return Hold(until=until) if now < until else Status(UNSCHEDULABLE, ["no ticket in time"])


def _cluster(ticket: Ticket) -> SmallCluster:
    cluster = SmallCluster()
    scheduler = cluster.world.scheduler
    ((name, default),) = scheduler.profiles.items()
    scheduler.profiles[name] = profile = Profile([*default.plugins, ticket])
    scheduler.rows[name] = ScoreRows(profile)
    return cluster


def _pod(cluster: SmallCluster) -> Obj:
    found = cluster.get("pods", "a")
    assert found is not None
    return found


def _condition(cluster: SmallCluster) -> dict[str, Any]:
    return next(one for one in _pod(cluster)["status"]["conditions"] if one["type"] == "PodScheduled")


def test_a_write_that_is_refused_ends_the_attempt() -> None:
    """The scheduler may not patch nodes: RBAC says so, the reservation is undone and the pod told."""
    ticket = Ticket()
    cluster = _cluster(ticket)
    cluster.create(pod("a"))
    cluster.run(1)
    assert not _pod(cluster)["spec"].get("nodeName") and not ticket.reserved and not cluster.world.scheduler.binding
    assert _condition(cluster)["reason"] == "SchedulerError"
    assert _condition(cluster)["message"].startswith('running PreBind plugin "Ticket": nodes "n')


def test_a_pod_that_is_held_too_long_backs_off_and_is_tried_again() -> None:
    ticket = Ticket(asks=False)
    cluster = _cluster(ticket)
    cluster.create(pod("a"))
    cluster.run(1)
    (held,) = cluster.world.scheduler.binding.values()
    assert held.pod.key == "default/a" and ticket.reserved == ["default/a"]
    assert cluster.world.scheduler.nodes[held.node].pods, "it counts on its node meanwhile"
    cluster.run(2)
    assert cluster.events("FailedScheduling")[0] == 'running PreBind plugin "Ticket": no ticket in time'
    for name in ("n1", "n2"):
        cluster.patch("nodes", name, {"metadata": {"labels": {"ticket": "yes"}}})
    cluster.run(10)
    assert _pod(cluster)["spec"]["nodeName"] and ticket.reserved == ["default/a"]


def test_a_refused_reservation_is_about_one_node() -> None:
    cluster = _cluster(Ticket(node="n3"))
    cluster.create(pod("a"))
    cluster.run(1)
    assert _condition(cluster) | {"lastTransitionTime": ""} == {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/1 nodes are available: no ticket office.",
        "lastTransitionTime": "",
    } | ({"observedGeneration": 1} if "observedGeneration" in _condition(cluster) else {})
