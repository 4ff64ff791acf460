"""The queue as plain JSON."""

from __future__ import annotations

from cluster_core.scheduler.queue_report import report
from tests.core.controllers.small_cluster import SmallCluster
from tests.core.scheduler.test_scheduler import _big


def test_a_parked_pod_says_who_refused_and_what_it_waits_for() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.create(_big("fits", "1"))
    cluster.run(2)
    card = report(cluster.world.scheduler)
    (parked,) = card["unschedulable"]
    assert (parked["pod"], parked["attempts"], parked["plugins"]) == ("default/large", 1, ["NodeResourcesFit"])
    assert {"AssignedPod/Delete", "Node/Add"} <= set(parked["waits_for"])
    assert parked["message"].startswith("0/2 nodes are available: 2 Insufficient cpu.")
    assert [one["pod"] for one in card["decided"]] == ["default/fits", "default/large"]
    assert card["counts"] == {"active": 0, "backoff": 0, "unschedulable": 1, "gated": 0}
