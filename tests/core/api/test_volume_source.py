"""What a volume is made of."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.volume_source import (
    attachment_name,
    claim_name,
    claims_of,
    data_of,
    driver_of,
    needs_attach,
    place_of,
    plugin_of,
    unique_name,
)

DISK: Obj = {"metadata": {"name": "d"}, "spec": {"csi": {"driver": "disk.example.com", "volumeHandle": "h"}}}
LOCAL: Obj = {"metadata": {"name": "l"}, "spec": {"local": {"path": "/mnt/x"}}}
SHARE: Obj = {"metadata": {"name": "s"}, "spec": {"nfs": {"server": "nas", "path": "/a"}}}


def test_volumes_of_drivers_have_names_for_attaching() -> None:
    assert unique_name(DISK) == "kubernetes.io/csi/disk.example.com^h"
    # sha256 of handle, driver and node, as kubectl get volumeattachments shows it.
    assert attachment_name(DISK, "n").startswith("csi-")
    assert len(attachment_name(DISK, "n")) == 68
    assert driver_of(DISK) == "disk.example.com"
    assert needs_attach(DISK, {})
    assert not needs_attach(DISK, {"disk.example.com": {"spec": {"attachRequired": False}}})
    assert not needs_attach(LOCAL, {})


def test_what_holds_the_files() -> None:
    assert [data_of(one) for one in (DISK, LOCAL, SHARE)] == ["csi/disk.example.com/h", "", "nfs/nas/a"]
    assert place_of(LOCAL) == "/mnt/x"
    assert [plugin_of(one) for one in (DISK, LOCAL, SHARE)] == [
        "kubernetes.io/csi",
        "kubernetes.io/local-volume",
        "kubernetes.io/nfs",
    ]


def test_the_claims_of_a_pod() -> None:
    volumes = [
        {"name": "a", "persistentVolumeClaim": {"claimName": "c"}},
        {"name": "e", "ephemeral": {"x": 1}},
        {"name": "z"},
    ]
    pod = {"metadata": {"name": "p"}, "spec": {"volumes": volumes}}
    assert claims_of(pod) == ["c", "p-e"]
    assert [claim_name(pod, one) for one in volumes] == ["c", "p-e", ""]
