"""The queue and the last decisions as viewers get them."""

from __future__ import annotations

from cluster_core.projection.queues import WAITING_MAX, queue_cards
from tests.core.controllers.small_cluster import SmallCluster
from tests.core.scheduler.test_scheduler import _big


def test_a_parked_pod_and_the_decisions_are_told() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.create(_big("fits", "1"))
    cluster.run(2)
    cards = queue_cards(cluster.world)
    scheduler = cards["schedulers"]["default-scheduler"]
    assert (scheduler["up"], scheduler["active"], scheduler["unschedulable"]) == (True, 0, 1)
    parked = cards["waiting"]["default/large"]
    assert (parked["pool"], parked["attempts"], parked["plugins"]) == ("unschedulable", 1, ["NodeResourcesFit"])
    assert "Node/Add" in parked["waits_for"] and "Insufficient cpu" in parked["message"]
    assert list(cards["decided"]) == ["default/fits", "default/large"]
    assert cards["decided"]["default/fits"]["node"] and cards["decided"]["default/large"]["node"] is None


def test_a_large_pool_is_counted_and_its_first_pods_are_told() -> None:
    cluster = SmallCluster()
    for number in range(WAITING_MAX + 5):
        cluster.create(_big(f"large-{number}", "9"))
    cluster.run(2)
    cards = queue_cards(cluster.world)
    assert cards["schedulers"]["default-scheduler"]["unschedulable"] == WAITING_MAX + 5
    assert len(cards["waiting"]) == WAITING_MAX
