"""Volumes in use."""

from __future__ import annotations

from tests.core.apiserver.admission.test_defaults_of_classes import STORAGE, claim
from tests.core.apiserver.plane import Plane

CLAIMS = "persistentvolumeclaims"


def test_claims_and_volumes_are_protected() -> None:
    plane = Plane()
    assert plane.made(CLAIMS, claim("a"))["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
    volume = plane.made("persistentvolumes", {"metadata": {"name": "v"}, "spec": spec}, namespace="")
    assert volume["metadata"]["finalizers"] == ["kubernetes.io/pv-protection"]
    plane.ask("delete", CLAIMS, namespace="default", name="a")
    assert (plane.get(CLAIMS, "a") or {})["metadata"]["deletionTimestamp"]


def test_growth_needs_a_bound_claim_and_a_class_that_allows_it() -> None:
    plane = Plane()
    for name, allows in (("fixed", False), ("elastic", True)):
        plane.made(
            STORAGE, {"metadata": {"name": name}, "provisioner": "x/y", "allowVolumeExpansion": allows}, namespace=""
        )
        plane.made(CLAIMS, claim(name, storageClassName=name))
    body = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}

    def grow(name: str) -> str:
        answer = plane.ask("patch", CLAIMS, namespace="default", name=name, body=body, options={"patch_type": "merge"})
        return str(answer.body.get("message", ""))

    assert grow("elastic").endswith("Only bound persistent volume claims can be expanded") or "bound" in grow("elastic")
    for name in ("fixed", "elastic"):
        status = {"status": {"phase": "Bound"}}
        plane.ask(
            "patch",
            CLAIMS,
            namespace="default",
            name=name,
            subresource="status",
            body=status,
            options={"patch_type": "merge"},
        )
    assert grow("fixed").endswith(
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
    )
    assert grow("elastic") == ""
