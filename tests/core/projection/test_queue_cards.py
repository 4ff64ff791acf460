"""The cards of the queue say no more and no less than their types."""

from __future__ import annotations

from cluster_core.projection.queue_cards import DecidedCard, SchedulerCard, WaitingCard
from cluster_core.projection.queues import queue_cards
from tests.core.controllers.small_cluster import SmallCluster
from tests.core.scheduler.test_scheduler import _big


def test_the_cards_are_what_their_types_say() -> None:
    cluster = SmallCluster()
    cluster.create(_big("large", "9"))
    cluster.run(1)
    shapes = {"schedulers": SchedulerCard, "waiting": WaitingCard, "decided": DecidedCard}
    for name, cards in queue_cards(cluster.world).items():
        assert cards, name
        assert all(set(card) == set(shapes[name].__annotations__) for card in cards.values()), name
