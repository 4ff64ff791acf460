"""The state hash that goes forward with etcd is the one computed from every object."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.fingerprint import Fingerprint


def test_the_sum_goes_forward_and_is_made_anew_after_a_seek() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 3)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "nginx:1.27"}]},
    }
    cluster.apply(Command("apply", {"objects": [pod]}))
    hashes = {}
    for _ in range(20):
        cluster.advance(cluster.now + 1_000_000, 60)
        hashes[cluster.number] = cluster.state_hash()
        assert hashes[cluster.number] == Fingerprint().of(cluster.world)
    cluster.apply(Command("delete", {"resource": "pods", "namespace": "default", "name": "a"}))
    cluster.advance(cluster.now + 40_000_000, 100_000)
    assert cluster.state_hash() == Fingerprint().of(cluster.world)
    for number in sorted(hashes, key=lambda number: number % 7):
        cluster.seek(number=number)
        if cluster.now:
            assert Fingerprint().of(cluster.world) == cluster.state_hash()
