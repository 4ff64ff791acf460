"""What a cluster is made of."""

from __future__ import annotations

from cluster_core.cluster.config import CONTROL_PLANE, ClusterConfig, Machine


def test_equal_nodes_beside_the_control_plane() -> None:
    config = ClusterConfig(nodes=2)
    assert config.node_names() == [CONTROL_PLANE, "node-1", "node-2"]
    assert config.all_machines()[0].taints[0]["effect"] == "NoSchedule"
    assert config.member_names() == ["etcd-1", "etcd-2", "etcd-3"]


def test_unlike_machines_without_a_kube_system() -> None:
    config = ClusterConfig(machines=(Machine("big", "64", "256Gi"), Machine("small", "1", "1Gi")), kube_system=False)
    assert config.node_names() == ["big", "small"]
