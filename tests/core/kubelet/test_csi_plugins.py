"""Drivers that register with a kubelet."""

from __future__ import annotations

from typing import Any

from tests.core.csi.storage_cluster import StorageCluster


def drivers(cluster: StorageCluster, node: str) -> Any:
    found = cluster.get("csinodes.storage.k8s.io", node)
    assert found is not None
    return [one["name"] for one in found["spec"]["drivers"] or ()]


def test_a_node_says_which_drivers_it_has() -> None:
    cluster = StorageCluster("hostpath")
    assert drivers(cluster, "n1") == ["hostpath.csi.k8s.io"]
    csi, node = cluster.get("csinodes.storage.k8s.io", "n1"), cluster.get("nodes", "n1")
    assert csi is not None
    assert node is not None
    assert csi["metadata"]["ownerReferences"][0]["uid"] == node["metadata"]["uid"]
    assert csi["spec"]["drivers"][0]["topologyKeys"] == ["topology.hostpath.csi/node"]
    assert node["metadata"]["labels"]["topology.hostpath.csi/node"] == "n1"
    assert node["metadata"]["annotations"]["csi.volume.kubernetes.io/nodeid"] == '{"hostpath.csi.k8s.io":"n1"}'
    cluster.ask("delete", "daemonsets.apps", "csi-hostpathplugin", namespace="kube-system")
    assert cluster.until(lambda: drivers(cluster, "n1") == [], 60)


def test_after_the_machine_was_down_they_register_again() -> None:
    cluster = StorageCluster("nfs")
    cluster.fault("node-down", "n1")
    cluster.run(5)
    cluster.fault("node-up", "n1")
    assert cluster.until(lambda: drivers(cluster, "n1") == ["nfs.csi.k8s.io"], 60)
