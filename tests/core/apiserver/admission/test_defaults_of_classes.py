"""Default classes of claims and Ingresses."""

from __future__ import annotations

from typing import Any

from tests.core.apiserver.plane import Plane

STORAGE, INGRESS = "storageclasses.storage.k8s.io", "ingressclasses.networking.k8s.io"


def claim(name: str, **spec: Any) -> dict[str, Any]:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"metadata": {"name": name}, "spec": wanted}


def test_claims_get_the_default_storage_class_unless_they_want_none() -> None:
    plane = Plane()
    assert "storageClassName" not in plane.made("persistentvolumeclaims", claim("before"))["spec"]
    mark = {"storageclass.kubernetes.io/is-default-class": "true"}
    plane.made(STORAGE, {"metadata": {"name": "fast", "annotations": mark}, "provisioner": "x/y"}, namespace="")
    assert plane.made("persistentvolumeclaims", claim("a"))["spec"]["storageClassName"] == "fast"
    assert plane.made("persistentvolumeclaims", claim("b", storageClassName=""))["spec"]["storageClassName"] == ""


def test_ingresses_too() -> None:
    plane = Plane()
    mark = {"ingressclass.kubernetes.io/is-default-class": "true"}
    body = {"metadata": {"name": "usual", "annotations": mark}, "spec": {"controller": "x/y"}}
    plane.made(INGRESS, body, namespace="")
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    made = plane.made("ingresses.networking.k8s.io", {"metadata": {"name": "i"}, "spec": {"defaultBackend": backend}})
    assert made["spec"]["ingressClassName"] == "usual"
