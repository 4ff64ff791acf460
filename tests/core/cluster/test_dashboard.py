"""The entry of the dashboard."""

from __future__ import annotations

from cluster_core.api.yaml import load_manifests
from cluster_core.cluster.add_ons import yaml_of
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.dashboard import page

SECOND = 1_000_000


def test_it_links_to_an_address_of_the_web_and_to_nothing_else() -> None:
    assert b'<a href="http://here/?a&amp;b">' in page(["--explorer=http://here/?a&b"])
    for address in ("", "javascript:alert(1)", '"><script>'):
        found = page([f"--explorer={address}"])
        assert b"<script" not in found and b"href" not in found


def test_it_is_reached_through_its_service() -> None:
    objects = tuple(load_manifests(yaml_of("dashboard", "http://127.0.0.1:8000/runs/abc/")))
    probe = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}}
    spec = {"containers": [{"name": "c", "image": "busybox:1.37", "command": ["sleep", "1000"]}]}
    cluster = Cluster(ClusterConfig(nodes=1, objects=(*objects, {**probe, "spec": spec})), seed=3)
    cluster.advance(30 * SECOND, 10**7)
    reach = cluster.world.kubelets[1].reach
    (address,) = reach.resolve("default", "one", "kubernetes-dashboard.kube-system", "A", "").addresses
    answer = reach.exchange("default", "one", address, 80, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"http://127.0.0.1:8000/runs/abc/" in answer.data  # type: ignore[union-attr]
