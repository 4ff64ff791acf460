"""Checkpoints: what never changes is shared, what can change is a copy; they thin out, and the first one stays."""

from __future__ import annotations

from cluster_core.cluster import history
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.history import Checkpoints, freeze, thaw

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {"containers": [{"name": "a", "image": "nginx:1.27"}]},
}


def _run() -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=1), 3)
    cluster.apply(Command("apply", {"objects": [POD]}))
    cluster.advance(2_000_000, 100_000)
    return cluster


def test_a_thawed_world_shares_the_objects_and_goes_its_own_way() -> None:
    cluster = _run()
    copy = thaw(freeze(cluster.world))
    mine, theirs = cluster.world.objects("pods"), copy.objects("pods")
    assert list(mine) == list(theirs) and all(mine[key] is theirs[key] for key in mine)
    assert copy.apiserver.cache is not cluster.world.apiserver.cache
    before = dict(theirs)
    cluster.advance(30_000_000, 100_000)
    assert cluster.world.objects("pods") != before and copy.objects("pods") == before


def test_a_seek_and_a_straight_run_end_in_the_same_state() -> None:
    straight, wandering = _run(), _run()
    straight.advance(60_000_000, 100_000)
    for at in (20_000_000, 40_000_000):
        wandering.advance(at, 100_000)
        wandering.seek(number=wandering.head_number // 3)
        wandering.seek(number=wandering.head_number)
    wandering.advance(60_000_000, 100_000)
    assert wandering.state_hash() == straight.state_hash()


def test_checkpoints_thin_out_and_the_first_one_stays() -> None:
    world, kept = _run().world, Checkpoints()
    start = world.sim.number
    for place in range(history.KEPT_MAX + 1):
        world.sim.number = start + place
        kept.save(world)
    assert len(kept) == history.KEPT_MAX // 2 + 1
    assert kept.nearest(start) == start and kept.nearest(start + 5) < start + 5
    assert kept.prefix(start + 50).nearest(10**9) <= start + 50
