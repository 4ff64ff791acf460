"""Defaults of sources of volumes."""

from __future__ import annotations

from cluster_core.api.kinds.volume_defaults import with_source_defaults


def test_what_is_set_stays() -> None:
    assert with_source_defaults({"hostPath": {"path": "/x"}})["hostPath"] == {"path": "/x", "type": ""}
    assert with_source_defaults({"rbd": {"image": "i", "pool": "p"}})["rbd"] == {
        "image": "i",
        "pool": "p",
        "user": "admin",
        "keyring": "/etc/ceph/keyring",
    }


def test_others_have_none() -> None:
    volume = {"name": "v", "emptyDir": {}}
    assert with_source_defaults(volume) is volume
