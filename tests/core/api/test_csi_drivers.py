"""The table of drivers."""

from __future__ import annotations

from cluster_core.api.csi_drivers import DRIVERS, driver_of_image, is_registrar


def test_images_of_drivers() -> None:
    assert driver_of_image("quay.io/cephcsi/cephcsi:v3.15.0") == "rbd.csi.ceph.com"
    assert driver_of_image("registry.k8s.io/sig-storage/nfsplugin@sha256:00") == "nfs.csi.k8s.io"
    assert driver_of_image("nginx") == ""
    assert is_registrar("registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.15.0")
    assert not is_registrar("registry.k8s.io/sig-storage/csi-provisioner:v6.1.0")


def test_each_is_named_as_its_class_names_it() -> None:
    assert all(name == driver.name for name, driver in DRIVERS.items())
