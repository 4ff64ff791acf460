"""Mirror pods: what happens to them does not happen to the static pod."""

from __future__ import annotations

from typing import Any

from tests.core.kubelet.fake_apiserver import World

MANIFEST: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "etcd", "namespace": "default"},
    "spec": {"containers": [{"name": "etcd", "image": "registry.k8s.io/etcd:3.6.8"}], "hostNetwork": True},
}


def test_a_deleted_mirror_pod_is_made_again_and_the_container_runs_on() -> None:
    world = World(static_pods=(MANIFEST,))
    world.run(20)
    before = world.api.pod("etcd-node-1")
    assert before is not None
    identity = before["status"]["containerStatuses"][0]["containerID"]
    world.api.delete("etcd-node-1")
    world.run(15)
    after = world.api.pod("etcd-node-1")
    assert after is not None and "deletionTimestamp" not in after["metadata"]
    assert after["status"]["containerStatuses"][0]["containerID"] == identity
