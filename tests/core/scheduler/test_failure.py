"""What a pod is told when it finds no node."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.scheduler.failure import fail
from tests.core.controllers.small_cluster import SmallCluster
from tests.core.scheduler.test_scheduler import _big


def _waiting(cluster: SmallCluster) -> Obj:
    found = cluster.get("pods", "large")
    assert found is not None
    return found


def _condition(cluster: SmallCluster) -> dict[str, Any]:
    return next(one for one in _waiting(cluster)["status"]["conditions"] if one["type"] == "PodScheduled")


def _attempt(cluster: SmallCluster, message: str, plugins: list[str], nominate: str | None = None) -> None:
    scheduler = cluster.world.scheduler
    queued = scheduler.queue.unschedulable.pop("default/large")
    fail(scheduler, queued, message, plugins, nominate)
    cluster.run(0.1)


def test_an_unschedulable_pod_waits_and_an_error_backs_off() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(1)
    queue = cluster.world.scheduler.queue
    _attempt(cluster, "no", ["NodeName"])
    assert _condition(cluster)["reason"] == "Unschedulable" and _condition(cluster)["observedGeneration"] == 1
    assert [*queue.unschedulable] == ["default/large"]
    _attempt(cluster, "oh", [])
    assert (_condition(cluster)["reason"], _condition(cluster)["message"]) == ("SchedulerError", "oh")
    assert [*queue.backoff] == ["default/large"]


def test_a_nomination_is_made_kept_and_taken_away() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(1)
    nominator = cluster.world.scheduler.queue.nominator
    _attempt(cluster, "room is made", ["NodeName"], "n1")
    assert _waiting(cluster)["status"]["nominatedNodeName"] == "n1" and [*nominator.by_node] == ["n1"]
    _attempt(cluster, "still", ["NodeName"])
    assert _waiting(cluster)["status"]["nominatedNodeName"] == "n1" and [*nominator.by_node] == ["n1"]
    _attempt(cluster, "over", ["NodeName"], "")
    assert "nominatedNodeName" not in _waiting(cluster)["status"] and not nominator.by_node


def test_a_long_message_is_cut_in_the_event_only() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(1)
    _attempt(cluster, "x" * 2000, ["NodeName"])
    assert cluster.events("FailedScheduling")[-1] == "x" * 1020 + " ..."
    assert _condition(cluster)["message"] == "x" * 2000
