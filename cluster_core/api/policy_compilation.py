"""Expressions of admission policies that do not compile. Upstream: `pkg/apis/admissionregistration/validation/validation.go`.

Real Kubernetes also has a controller that checks expressions against the schemas of what they are about, for warnings in the status.
"""

from __future__ import annotations

import re

from cluster_core.api.cel.celtype import BOOL, STRING
from cluster_core.api.errors import Cause
from cluster_core.api.policy_environment import ANNOTATION, Compiled, Environment
from cluster_core.api.request import Obj
from cluster_core.api.structural.declared import KEYWORDS

IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")


def validate_expressions(spec: Obj) -> list[Cause]:
    """What is wrong with the conditions, variables, validations and audit annotations of a ValidatingAdmissionPolicy."""
    env = Environment(spec.get("paramKind") is not None)
    causes = []
    for index, one in enumerate(spec.get("matchConditions") or ()):
        causes += _cause(env.compile(_text(one, "expression"), BOOL), f"spec.matchConditions[{index}].expression")
    for index, one in enumerate(spec.get("variables") or ()):
        causes += _variable(env, one, f"spec.variables[{index}]")
    for index, one in enumerate(spec.get("validations") or ()):
        path = f"spec.validations[{index}]"
        causes += _cause(env.compile(_text(one, "expression"), BOOL), f"{path}.expression")
        causes += _cause(env.compile(_text(one, "messageExpression"), STRING), f"{path}.messageExpression")
    for index, one in enumerate(spec.get("auditAnnotations") or ()):
        found = env.compile(_text(one, "valueExpression"), *ANNOTATION)
        causes += _cause(found, f"spec.auditAnnotations[{index}].valueExpression")
    return causes


def _text(one: Obj, field: str) -> str:
    return str(one.get(field) or "")


def _cause(found: Compiled, path: str) -> list[Cause]:
    """Nothing for an expression that is missing: that is said elsewhere."""
    return [Cause(path, "Invalid", found.error, found.text)] if found.error and found.text.strip() else []


def _variable(env: Environment, one: Obj, path: str) -> list[Cause]:
    name, causes = _text(one, "name"), list[Cause]()
    if not name.strip():
        return causes
    if not IDENTIFIER.fullmatch(name) or name in KEYWORDS:
        causes.append(Cause(f"{path}.name", "Invalid", "name is not a valid CEL identifier", name))
    return causes + _cause(env.define(name, _text(one, "expression")), f"{path}.expression")
