"""Checkpoints: spacing, thinning, sharing."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.history import KEPT_MAX, SPACING_MIN, Checkpoints, freeze, thaw

FAR = 10_000_000


def _world() -> Cluster:
    return Cluster(ClusterConfig(nodes=1, etcd_members=1), 1)


def test_a_thawed_world_goes_its_own_way_and_shares_the_objects() -> None:
    cluster = _world()
    checkpoint = freeze(cluster.world)
    copy = thaw(checkpoint)
    node = cluster.world.objects("nodes")["node-1"]
    assert copy.objects("nodes")["node-1"] is node
    assert copy.sim is not cluster.world.sim
    before = cluster.world.sim.number
    copy.sim.trace = cluster.trace.prefix(before)
    copy.sim.advance(copy.sim.now + 30_000_000, FAR)
    assert cluster.world.sim.number == before


def test_a_shelf_is_copied_for_each_world_and_stays_one_within_it() -> None:
    cluster = _world()
    world, key = cluster.world, "/registry/nodes/node-1"
    member = world.sim.processes["etcd-1"]
    store = member.store  # type: ignore[attr-defined]
    member.twin = store._versions  # type: ignore[attr-defined]
    checkpoint = freeze(world)
    del store._versions[key]
    first, second = (thaw(checkpoint).sim.processes["etcd-1"] for _ in range(2))
    assert first.twin is first.store._versions  # type: ignore[attr-defined]
    assert key in first.twin and key in first.store._keys  # type: ignore[attr-defined]
    del first.store._versions[key]  # type: ignore[attr-defined]
    assert key in second.store._versions  # type: ignore[attr-defined]


def test_the_nearest_before_a_number_is_taken() -> None:
    cluster, saved = _world(), Checkpoints()
    for number in (0, 10, 20):
        cluster.world.sim.number = number
        saved.save(cluster.world)
    assert [saved.nearest(number) for number in (0, 9, 10, 19, 20, 500)] == [0, 0, 10, 10, 20, 20]
    assert saved.load(15).sim.number == 10
    assert saved.due_at > 20
    assert saved.prefix(12).nearest(500) == 10


def test_past_the_most_every_other_one_goes_and_the_first_stays() -> None:
    cluster, saved = _world(), Checkpoints()
    for number in range(KEPT_MAX + 1):
        cluster.world.sim.number = number
        saved.save(cluster.world)
    assert saved.nearest(1) == 0
    assert saved.nearest(KEPT_MAX) == KEPT_MAX
    assert saved.due_at - KEPT_MAX >= 2 * SPACING_MIN
