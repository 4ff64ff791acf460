"""What the expressions of a policy see."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.program import Meter
from cluster_core.api.policy_environment import Environment, Variables, namespace_seen

NAMESPACE = {
    "metadata": {"name": "a", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": []},
    "spec": {"finalizers": ["kubernetes"]},
    "status": {
        "phase": "Active",
        "conditions": [{"type": "X", "lastTransitionTime": "2026-01-02T00:00:00Z"}, {"type": "Y"}],
    },
}


def value(text: str, env: Environment, **scope: Any) -> Any:
    found = env.compile(text)
    assert found.expression is not None, found.error
    return found.expression.evaluate(scope, Meter(10_000))


def test_a_namespace_has_real_times_and_no_uid() -> None:
    seen, env = namespace_seen(NAMESPACE), Environment(False)
    assert seen is not None
    assert set(seen["metadata"]) == {"name", "creationTimestamp"}
    for text in (
        "namespaceObject.metadata.creationTimestamp.getFullYear() == 2026",
        "namespaceObject.status.conditions[0].lastTransitionTime.getDate() == 2",
        "!has(namespaceObject.status.conditions[1].lastTransitionTime)",
        "namespaceObject.spec.finalizers == ['kubernetes'] && namespaceObject.status.phase == 'Active'",
    ):
        assert value(text, env, namespaceObject=seen) is True
    assert namespace_seen(None) is None
    assert value("namespaceObject == null", env, namespaceObject=None) is True


def test_variables_are_evaluated_once_and_only_if_asked_for() -> None:
    env, costs = Environment(False), list[int]()
    own = {
        name: env.define(name, text) for name, text in (("a", "object.x + 1"), ("b", "variables.a * 2"), ("c", "1/0"))
    }
    variables = Variables(own, {"object": {"x": 1}}, costs.append)
    assert value("variables.b + variables.b + variables.a", env, variables=variables) == 10
    assert len(costs) == 2
    assert "c" in variables
    for _ in range(2):
        with pytest.raises(EvalError, match='composited variable "c" fails to evaluate: division by zero'):
            variables["c"]
    assert len(costs) == 3


def test_a_variable_that_does_not_compile() -> None:
    env = Environment(False)
    variables = Variables({"a": env.define("a", "nothing")}, {}, lambda cost: None)
    with pytest.raises(EvalError, match='composited variable "a" fails to compile: compilation failed: ERROR'):
        value("variables.a == 1", env, variables=variables)
