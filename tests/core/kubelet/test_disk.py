"""What lies on a node's disk."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.disk import is_on_disk, storage_limits
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def test_images_and_what_programs_write_are_counted() -> None:
    world = World()
    before = world.kubelet.disk.used()
    mounts: dict[str, Any] = {"volumeMounts": [{"name": "cache", "mountPath": "/cache"}]}
    command = ["sh", "-c", "seq 100 > /cache/a; seq 1000 > /b; sleep 1000"]
    writes = {"name": "c", "image": "busybox", "command": command, **mounts}
    world.api.bind("writer", spec(writes, volumes=[{"name": "cache", "emptyDir": {}}]))
    world.run(20)
    written = world.kubelet.disk.by_pod()["uid-writer"]
    # The runtime's own files (/etc/hosts and the like) are in the container's layer too.
    own = written["c"] - 3893
    assert 0 < own < 1000 and written["volume/cache"] == 292
    assert world.kubelet.disk.used() == before + 2_200_000 + 3893 + own + 292


def test_memory_and_other_volumes_are_not_on_the_disk() -> None:
    assert is_on_disk({"name": "v", "emptyDir": {}})
    assert not is_on_disk({"name": "v", "emptyDir": {"medium": "Memory"}})
    assert not is_on_disk({"name": "v", "configMap": {"name": "c"}})


def test_a_pod_without_limits_is_not_looked_at() -> None:
    limited = {"name": "c", "resources": {"limits": {"ephemeral-storage": "1Gi"}}}
    assert storage_limits({"spec": spec(limited)})
    assert storage_limits({"spec": spec({"name": "c"}, volumes=[{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}])})
    assert not storage_limits({"spec": spec({"name": "c"}, volumes=[{"name": "v", "emptyDir": {}}])})
