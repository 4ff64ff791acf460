"""Expressions of a policy that do not compile, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.policy_compilation import validate_expressions
from cluster_core.api.request import Obj


def said(**spec: Any) -> list[str]:
    return [f"{cause.field}: {cause.detail}" for cause in validate_expressions(spec)]


def one(expression: str, **more: str) -> Obj:
    return {"validations": [{"expression": expression, **more}]}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (one("object.x > 1 && variables.a"), "undefined field 'a'"),
        (one("nothing == 1"), "undeclared reference to 'nothing' (in container '')"),
        (one("params.x == 1"), "undeclared reference to 'params' (in container '')"),
        (one("request.userInfo.nobody == ''"), "undefined field 'nobody'"),
        (one("namespaceObject.spec.phase == ''"), "undefined field 'phase'"),
        (one("authorizer.group('').resource('pods').check('get').allowed()"), "undeclared reference to 'authorizer'"),
        (one("object.x +"), "Syntax error: mismatched input '<EOF>'"),
        (one("true", messageExpression="1 + 'a'"), "found no matching overload for '_+_' applied to '(int, string)'"),
    ],
)
def test_what_does_not_compile(spec: Obj, message: str) -> None:
    (found,) = validate_expressions(spec)
    assert found.detail.startswith("compilation failed: ERROR: <input>:1:")
    assert message in found.detail
    assert found.field.startswith("spec.validations[0].")


def test_wrong_types() -> None:
    assert said(**one("1 + 1")) == ["spec.validations[0].expression: must evaluate to bool but got int"]
    assert said(**one("object.x")) == ["spec.validations[0].expression: must evaluate to bool but got dyn"]
    assert said(**one("true", messageExpression="1")) == [
        "spec.validations[0].messageExpression: must evaluate to string but got int"
    ]
    assert said(matchConditions=[{"name": "a", "expression": "'x'"}]) == [
        "spec.matchConditions[0].expression: must evaluate to bool but got string"
    ]
    assert said(auditAnnotations=[{"key": "a", "valueExpression": "1"}]) == [
        "spec.auditAnnotations[0].valueExpression: must evaluate to one of [string null_type] but got int"
    ]
    assert said(auditAnnotations=[{"key": "a", "valueExpression": "null"}]) == []


def test_variables_are_known_to_those_after_them() -> None:
    variables = [{"name": "a", "expression": "variables.b"}, {"name": "b", "expression": "1"}]
    (found,) = said(variables=variables)
    assert found.startswith(
        "spec.variables[0].expression: compilation failed: ERROR: <input>:1:10: undefined field 'b'"
    )
    assert said(variables=variables[::-1], **one("variables.a + variables.b == 2")) == []
    assert said(variables=variables[1:], **one("variables.b == 'x'")) != []
    assert said(variables=[{"name": "1a", "expression": "1"}, {"name": "for", "expression": "1"}]) == [
        "spec.variables[0].name: name is not a valid CEL identifier",
        "spec.variables[1].name: name is not a valid CEL identifier",
    ]


def test_parameters_are_known_with_a_kind() -> None:
    assert said(paramKind={"apiVersion": "v1", "kind": "ConfigMap"}, **one("params.data.x == 'a'")) == []


def test_what_is_missing_is_said_elsewhere() -> None:
    assert said(validations=[{}], variables=[{}], matchConditions=[{}], auditAnnotations=[{}]) == []
