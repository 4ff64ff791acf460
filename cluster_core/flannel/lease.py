"""Subnet leases in the API ("kube subnet manager"): the node's podCIDR and Flannel's annotations on the Node.

Upstream: flannel `pkg/subnet/kube/kube.go`.
"""

from __future__ import annotations

import json

from cluster_core.api.request import Obj
from cluster_core.cni.flannel import VNI, Lease

PREFIX = "flannel.alpha.coreos.com/"


def lease_annotations(public_ip: str, vtep_mac: str) -> dict[str, str]:
    """What flanneld writes on its Node."""
    data = json.dumps({"VNI": VNI, "VtepMAC": vtep_mac}, separators=(",", ":"))
    return {
        f"{PREFIX}backend-data": data,
        f"{PREFIX}backend-type": "vxlan",
        f"{PREFIX}kube-subnet-manager": "true",
        f"{PREFIX}public-ip": public_ip,
    }


def lease_of(node: Obj) -> Lease | None:
    """The lease that a Node shows; None before its flanneld has written it, or if what is there cannot be read."""
    notes = node["metadata"].get("annotations") or {}
    subnet, public_ip = node["spec"].get("podCIDR"), notes.get(f"{PREFIX}public-ip")
    if not subnet or not public_ip or notes.get(f"{PREFIX}kube-subnet-manager") != "true":
        return None
    try:
        mac = json.loads(notes.get(f"{PREFIX}backend-data", "{}")).get("VtepMAC")
    except (ValueError, AttributeError):
        return None
    return Lease(node["metadata"]["name"], subnet, public_ip, str(mac)) if mac else None
