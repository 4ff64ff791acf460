"""Volumes: files of objects, shared directories, claims that outlive pods."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.volumes import SYNC_US, Source, Volumes
from cluster_core.shell.files import FileError, Files, Mount, Tree

CLAIM = {
    "metadata": {
        "name": "c",
        "namespace": "default",
        "uid": "u",
        "annotations": {"pv.kubernetes.io/bind-completed": "yes"},
    },
    "spec": {"volumeName": "pv-1"},
}
DISK = {
    "metadata": {"name": "pv-1"},
    "spec": {
        "capacity": {"storage": "4Ki"},
        "claimRef": {"namespace": "default", "name": "c", "uid": "u"},
        "csi": {"driver": "disk.example.com", "volumeHandle": "h"},
    },
}


def pod(**volume: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {"volumes": [{"name": "v", **volume}], "containers": []},
    }


def seen(
    volumes: Volumes,
    uid: str,
    obj: dict[str, Any],
    data: dict[str, str] | None = None,
    now: int = 0,
    written: int = 0,
    **mount: Any,
) -> Files:
    def get(resource: str, namespace: str, name: str) -> Any:
        stored = {"persistentvolumeclaims": CLAIM, "persistentvolumes": DISK}
        return stored.get(resource, {"data": data} if data is not None else None)

    container = {"volumeMounts": [{"name": "v", "mountPath": "/data", **mount}]}
    source = Source(get, lambda resource, namespace, name: written, dict)
    return Files([Mount("/", Tree()), *volumes.mounts(uid, obj, container, source, now)])


def test_an_empty_dir_is_shared_and_goes_with_its_pod() -> None:
    volumes = Volumes()
    seen(volumes, "a", pod(emptyDir={})).write("/data/f", b"x", 1)
    assert seen(volumes, "a", pod(emptyDir={})).read("/data/f") == b"x"
    assert not seen(volumes, "b", pod(emptyDir={})).exists("/data/f")
    volumes.forget("a")
    assert not seen(volumes, "a", pod(emptyDir={})).exists("/data/f")


def test_the_data_of_a_claim_stays() -> None:
    volumes, claimed = Volumes(), pod(persistentVolumeClaim={"claimName": "c"})
    seen(volumes, "a", claimed, subPath="sub").write("/data/f", b"x", 1)
    volumes.forget("a")
    assert seen(volumes, "b", claimed).read("/data/sub/f") == b"x"
    assert seen(Volumes(volumes.claims), "c", claimed).read("/data/sub/f") == b"x", "on another node too"
    read_only = pod(persistentVolumeClaim={"claimName": "c", "readOnly": True})
    with pytest.raises(FileError, match="Read-only"):
        seen(volumes, "d", read_only).write("/data/f", b"x", 1)


def test_a_claim_has_as_much_room_as_its_volume() -> None:
    files = seen(Volumes(), "a", pod(persistentVolumeClaim={"claimName": "c"}))
    files.write("/data/f", b"x" * 4096, 1)
    with pytest.raises(FileError, match="No space"):
        files.write("/data/g", b"x", 1)


def test_the_files_of_a_config_map_follow_it() -> None:
    volumes, mounted = Volumes(), pod(configMap={"name": "c"})
    files = seen(volumes, "a", mounted, {"key": "1"})
    assert (files.names("/data"), files.read("/data/key")) == (["..data", "key"], b"1")
    assert seen(volumes, "a", mounted, {"key": "2"}, SYNC_US - 1).read("/data/key") == b"1"
    assert seen(volumes, "a", mounted, {"key": "2"}, SYNC_US).read("/data/key") == b"2"
    assert files.read("/data/key") == b"2"


def test_chosen_keys() -> None:
    mounted = pod(configMap={"name": "c", "items": [{"key": "a", "path": "x/y"}]})
    assert seen(Volumes(), "a", mounted, {"a": "1", "b": "2"}).read("/data/x/y") == b"1"


def test_what_changed_after_a_tick_is_for_the_next_one() -> None:
    volumes, mounted = Volumes(), pod(configMap={"name": "c"})
    seen(volumes, "a", mounted, {"key": "1"})
    late = 3 * SYNC_US + 5
    assert seen(volumes, "a", mounted, {"key": "2"}, late, late - 1).read("/data/key") == b"1"
    assert seen(volumes, "a", mounted, {"key": "2"}, 4 * SYNC_US, late - 1).read("/data/key") == b"2"
    assert seen(volumes, "a", mounted, None, 5 * SYNC_US).read("/data/key") == b"2"


def test_a_part_of_a_config_map_is_a_file_that_stays() -> None:
    volumes, mounted = Volumes(), pod(configMap={"name": "c"})
    files = seen(volumes, "a", mounted, {"key": "1"}, mountPath="/etc/app/app.conf", subPath="key")
    assert files.read("/etc/app/app.conf") == b"1"
    seen(volumes, "a", mounted, {"key": "2"}, SYNC_US)
    assert files.read("/etc/app/app.conf") == b"1"


def test_a_share_is_the_same_on_every_node() -> None:
    first, shared = Volumes(), pod(nfs={"server": "nas", "path": "/a"})
    seen(first, "a", shared).write("/data/f", b"x", 1)
    assert seen(Volumes(first.claims), "b", shared).read("/data/f") == b"x"


def test_a_part_of_a_volume_may_be_named_by_the_environment() -> None:
    volumes, claimed = Volumes(), pod(emptyDir={})
    files = seen(volumes, "a", claimed, subPathExpr="x/$(HOSTNAME)")
    files.write("/data/f", b"x", 1)
    assert seen(volumes, "a", claimed).read("/data/x/p/f") == b"x"
