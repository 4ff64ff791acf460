"""What a compiled policy makes of a request."""

from __future__ import annotations

from typing import Any

from cluster_core.api.policy_program import PolicyDecision, policy_of
from cluster_core.api.request import Obj


def decided(obj: Obj, *validations: Obj, **spec: Any) -> list[PolicyDecision]:
    return policy_of({"validations": list(validations), **spec}).decisions({"object": obj, "oldObject": None})


def test_decisions_keep_the_order_of_the_validations() -> None:
    found = decided({"x": 1}, {"expression": "object.x == 2"}, {"expression": "true"}, {"expression": "object.y == 1"})
    assert found == [
        PolicyDecision("failed expression: object.x == 2", "Invalid"),
        PolicyDecision("expression 'object.y == 1' resulted in error: no such key: y"),
    ]


def test_a_policy_is_compiled_once() -> None:
    assert policy_of({"validations": [{"expression": "true"}]}) is policy_of({"validations": [{"expression": "true"}]})


def test_audit_annotations_count_only_when_they_fail() -> None:
    fine, broken = {"key": "a", "valueExpression": "'x'"}, {"key": "b", "valueExpression": "string(object.y)"}
    assert decided({}, auditAnnotations=[fine]) == []
    (found,) = decided({}, auditAnnotations=[fine, broken])
    assert found.always
    assert found.message == "expression 'string(object.y)' resulted in error: no such key: y"
    assert decided({}, auditAnnotations=[broken], failurePolicy="Ignore") == []


def test_errors_of_match_conditions_are_told_together() -> None:
    conditions = [{"name": name, "expression": f"object.{name} == 1"} for name in ("a", "b")]
    (found,) = decided({}, {"expression": "true"}, matchConditions=conditions)
    assert found.message == (
        "[expression 'object.a == 1' resulted in error: no such key: a, "
        "expression 'object.b == 1' resulted in error: no such key: b]"
    )


def test_the_whole_policy_has_a_budget() -> None:
    items = list(range(250))
    heavy = {"expression": "object.items.all(a, object.items.all(b, a + b >= 0))"}
    spec: Obj = {"validations": [heavy] * 9}
    found = policy_of(spec).decisions({"object": {"items": items}})
    assert found == [
        PolicyDecision("validation failed due to running out of cost budget, no further validation rules will be run")
    ]
    assert policy_of({**spec, "failurePolicy": "Ignore"}).decisions({"object": {"items": items}}) == []


def test_an_expression_that_does_not_compile_is_an_error() -> None:
    (found,) = decided({}, {"expression": "nothing"})
    assert found.message.startswith("compilation error: compilation failed: ERROR: <input>:1:1: undeclared reference")
