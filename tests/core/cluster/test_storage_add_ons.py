"""The drivers that ship."""

from __future__ import annotations

import pytest

from cluster_core.api.csi_drivers import DRIVERS, driver_of_image, is_registrar
from cluster_core.cluster.config import STORAGE, ClusterConfig
from cluster_core.cluster.storage_add_ons import storage_objects


@pytest.mark.parametrize("name", STORAGE)
def test_every_manifest_is_a_whole_driver(name: str) -> None:
    found = storage_objects((name,))
    drivers = [obj["metadata"]["name"] for resource, obj in found if resource == "csidrivers.storage.k8s.io"]
    classes = [obj["provisioner"] for resource, obj in found if resource == "storageclasses.storage.k8s.io"]
    assert drivers == classes
    assert DRIVERS[drivers[0]].attaches == any(
        obj.get("spec", {}).get("attachRequired") for resource, obj in found if resource == "csidrivers.storage.k8s.io"
    )
    workloads = [obj["spec"]["template"] for _, obj in found if "template" in (obj.get("spec") or {})]
    label, value = DRIVERS[drivers[0]].controller
    assert any(one["metadata"]["labels"].get(label) == value for one in workloads)
    images = [[box["image"] for box in one["spec"]["containers"]] for one in workloads]
    assert any(any(map(is_registrar, some)) and drivers[0] in map(driver_of_image, some) for some in images)


def test_a_driver_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="'floppy' is none of hostpath, nfs, rbd"):
        ClusterConfig(storage=("floppy",))
