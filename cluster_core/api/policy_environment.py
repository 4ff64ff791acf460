"""What the expressions of an admission policy see: the variables, their types, and the policy's own variables.

Upstream: apiserver `pkg/admission/plugin/cel/{compile,composition,activation}.go`. Real Kubernetes also gives `authorizer`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.cel.celtype import (
    BOOL,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    CelType,
    Structs,
    list_of,
    map_of,
    struct,
)
from cluster_core.api.cel.expression import Expression, compiled
from cluster_core.api.cel.problem import CompileError, EvalError
from cluster_core.api.cel.program import Meter
from cluster_core.api.cel.values import parse_timestamp
from cluster_core.api.request import Obj
from cluster_core.api.structural.rules import PER_RULE

VARIABLES = "kubernetes.variables"
TEXTS = map_of(STRING, STRING)
LISTS = list_of(STRING)
_KIND = {"group": STRING, "version": STRING, "kind": STRING}
_RESOURCE = {"group": STRING, "version": STRING, "resource": STRING}
_USER = {"username": STRING, "uid": STRING, "groups": LISTS, "extra": map_of(STRING, LISTS)}
_REQUEST = {
    "kind": struct("kubernetes.GroupVersionKind"),
    "resource": struct("kubernetes.GroupVersionResource"),
    "subResource": STRING,
    "requestKind": struct("kubernetes.GroupVersionKind"),
    "requestResource": struct("kubernetes.GroupVersionResource"),
    "requestSubResource": STRING,
    "name": STRING,
    "namespace": STRING,
    "operation": STRING,
    "userInfo": struct("kubernetes.UserInfo"),
    "dryRun": BOOL,
    "options": DYN,
}
_META = {
    "name": STRING,
    "generateName": STRING,
    "namespace": STRING,
    "labels": TEXTS,
    "annotations": TEXTS,
    "UID": STRING,
    "creationTimestamp": TIMESTAMP,
    "deletionGracePeriodSeconds": INT,
    "deletionTimestamp": TIMESTAMP,
    "generation": INT,
    "resourceVersion": STRING,
    "finalizers": LISTS,
}
_CONDITION = {
    "status": STRING,
    "type": STRING,
    "lastTransitionTime": TIMESTAMP,
    "message": STRING,
    "reason": STRING,
}
_STRUCTS: dict[str, dict[str, CelType]] = {
    "kubernetes.GroupVersionKind": _KIND,
    "kubernetes.GroupVersionResource": _RESOURCE,
    "kubernetes.UserInfo": _USER,
    "kubernetes.AdmissionRequest": _REQUEST,
    "kubernetes.NamespaceMetadata": _META,
    "kubernetes.NamespaceSpec": {"finalizers": LISTS},
    "kubernetes.NamespaceCondition": _CONDITION,
    "kubernetes.NamespaceStatus": {"conditions": list_of(struct("kubernetes.NamespaceCondition")), "phase": STRING},
    "kubernetes.Namespace": {
        "metadata": struct("kubernetes.NamespaceMetadata"),
        "spec": struct("kubernetes.NamespaceSpec"),
        "status": struct("kubernetes.NamespaceStatus"),
    },
}
_TIMES = ("creationTimestamp", "deletionTimestamp")


@dataclass(slots=True)
class Compiled:
    """One expression of a policy; `error` instead of one that does not compile."""

    text: str
    expression: Expression | None
    error: str


class Environment:
    """The variables of one policy. `define` adds to `variables` for the expressions after it."""

    def __init__(self, has_params: bool) -> None:
        self.structs = Structs()
        for name, fields in _STRUCTS.items():
            self.structs.add(name, {field: (field, kind) for field, kind in fields.items()})
        self._own: dict[str, tuple[str, CelType]] = {}
        self.variables = {
            "object": DYN,
            "oldObject": DYN,
            "request": struct("kubernetes.AdmissionRequest"),
            "namespaceObject": struct("kubernetes.Namespace"),
            "variables": self.structs.add(VARIABLES, self._own),
        }
        if has_params:
            self.variables["params"] = DYN

    def compile(self, text: str, *results: CelType) -> Compiled:
        """An expression that has to give one of the types; any if none is named."""
        try:
            found = compiled(text, self.variables, self.structs)
        except CompileError as error:
            return Compiled(text, None, f"compilation failed: {error}")
        if not results or found.result in results:
            return Compiled(text, found, "")
        names = " ".join(one.name for one in results)
        wanted = names if len(results) == 1 else f"one of [{names}]"
        return Compiled(text, None, f"must evaluate to {wanted} but got {found.result}")

    def define(self, name: str, text: str) -> Compiled:
        """A variable of the policy's own."""
        found = self.compile(text)
        self._own[name] = (name, found.expression.result if found.expression else DYN)
        return found


class Variables(dict[str, Any]):
    """The values of a policy's own variables, found when they are first asked for; `charge` takes what they cost."""

    def __init__(self, own: dict[str, Compiled], scope: dict[str, Any], charge: Callable[[int], None]) -> None:
        super().__init__()
        self._own, self._scope, self._charge = own, scope, charge
        self._failed: dict[str, str] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._own

    def __getitem__(self, name: str) -> Any:
        if not super().__contains__(name):
            self[name] = self._found(name)
        return super().__getitem__(name)

    def _found(self, name: str) -> Any:
        if name in self._failed:
            raise EvalError(self._failed[name])
        one, meter = self._own[name], Meter(PER_RULE)
        quoted = json.dumps(name)
        if one.expression is None:
            raise EvalError(f"composited variable {quoted} fails to compile: {one.error}")
        try:
            return one.expression.evaluate({**self._scope, "variables": self}, meter)
        except EvalError as error:
            self._failed[name] = f"composited variable {quoted} fails to evaluate: {error}"
            raise EvalError(self._failed[name]) from error
        finally:
            self._charge(PER_RULE - meter.left)


def namespace_seen(namespace: Obj | None) -> Obj | None:
    """A Namespace as `namespaceObject`: some of its metadata, with real times."""
    if namespace is None:
        return None
    meta = {
        name: parse_timestamp(value) if name in _TIMES else value
        for name, value in namespace["metadata"].items()
        if name in _META
    }
    status = dict(namespace.get("status") or {})
    if status.get("conditions"):
        status["conditions"] = [
            {**one, "lastTransitionTime": parse_timestamp(one["lastTransitionTime"])}
            if one.get("lastTransitionTime")
            else one
            for one in status["conditions"]
        ]
    return {"metadata": meta, "spec": namespace.get("spec") or {}, "status": status}


ANNOTATION = (STRING, NULL)
