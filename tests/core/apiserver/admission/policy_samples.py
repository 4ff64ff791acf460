"""Policies and bindings, with what tests vary."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane

GROUP = "admissionregistration.k8s.io"
POLICIES, BINDINGS = f"validatingadmissionpolicies.{GROUP}", f"validatingadmissionpolicybindings.{GROUP}"


def rule(*resources: str, **more: Any) -> Obj:
    """A resource rule for creations and updates of ConfigMaps."""
    given = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"]}
    return {**given, "resources": list(resources or ["configmaps"]), **more}


def policy(*expressions: str, name: str = "demo", **spec: Any) -> Obj:
    """A policy of some expressions."""
    given = {
        "matchConstraints": {"resourceRules": [rule()]},
        "validations": [{"expression": one} for one in expressions],
    }
    head = {"apiVersion": f"{GROUP}/v1", "kind": "ValidatingAdmissionPolicy"}
    return {**head, "metadata": {"name": name}, "spec": {**given, **spec}}


def binding(name: str = "demo", actions: tuple[str, ...] = ("Deny",), **spec: Any) -> Obj:
    """Its binding."""
    head = {"apiVersion": f"{GROUP}/v1", "kind": "ValidatingAdmissionPolicyBinding"}
    given = {"policyName": name, "validationActions": list(actions)}
    return {**head, "metadata": {"name": f"{name}-binding"}, "spec": {**given, **spec}}


def config_map(name: str = "cm", labels: dict[str, str] | None = None, **data: str) -> Obj:
    """A ConfigMap."""
    meta: Obj = {"name": name}
    if labels:
        meta["labels"] = labels
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def governed(*policies: Obj, bindings: tuple[Obj, ...] = (binding(),)) -> Plane:
    """A plane with policies and bindings."""
    plane = Plane()
    for one in policies:
        plane.made(POLICIES, one, "")
    for one in bindings:
        plane.made(BINDINGS, one, "")
    plane.settle(1)
    return plane


def tried(plane: Plane, body: Obj, verb: str = "create", **fields: Any) -> str:
    """What the API server says to a ConfigMap: the message of a refusal, or ""."""
    given = {"name": body["metadata"]["name"]} if verb != "create" else {}
    answer = plane.ask(
        verb, "configmaps", namespace="default", body=body if verb != "delete" else None, **given, **fields
    )
    return str(answer.body["message"]) if answer.code >= 400 else ""
