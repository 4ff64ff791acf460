"""Defaults of sources of volumes, of pods and of PersistentVolumes alike. Upstream: `pkg/apis/core/v1/defaults.go`, the tags of its types."""

from __future__ import annotations

from cluster_core.api.request import Obj

SOURCES: dict[str, Obj] = {
    "hostPath": {"type": ""},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "iscsi": {"iscsiInterface": "default"},
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def with_source_defaults(volume: Obj) -> Obj:
    """A volume, or the spec of one, with the defaults of its source."""
    found = [source for source in volume if source in SOURCES and volume[source] is not None]
    return {**volume, **{source: {**SOURCES[source], **volume[source]} for source in found}} if found else volume
