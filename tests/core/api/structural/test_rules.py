"""x-kubernetes-validations."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.correlation import Old
from cluster_core.api.structural.rules import has_rules, rule_tree, validate_rules

INT = {"type": "integer"}


def run(rules: list[dict[str, Any]], spec: Any, old: Any = None, **schema: Any) -> tuple[list[str], list[str]]:
    """What rules on `spec` say, and their warnings."""
    inner = {"type": "object", "properties": {"a": INT, "b": INT}, **schema, "x-kubernetes-validations": rules}
    tree = rule_tree({"type": "object", "properties": {"spec": inner}})
    assert tree is not None
    before = Old({"spec": old}) if old is not None else None
    causes, warnings = validate_rules(tree, {"spec": spec}, before)
    return [cause.text() for cause in causes], warnings


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"rule": "self.a < self.b"}, "spec: Invalid value: failed rule: self.a < self.b"),
        ({"rule": "self.a < self.b", "message": " too much "}, "spec: Invalid value: too much"),
        ({"rule": "self.a < self.b", "messageExpression": "'%d'.format([self.a])"}, "spec: Invalid value: 5"),
        (
            {"rule": "self.a < self.b", "message": "m", "messageExpression": "string(self.a / 0)"},
            "spec: Invalid value: m",
        ),
        ({"rule": "self.a < self.b", "fieldPath": ".a"}, "spec.a: Invalid value: failed rule: self.a < self.b"),
        ({"rule": "self.a < self.b", "reason": "FieldValueRequired", "message": "m"}, "spec: Required value: m"),
        (
            {"rule": "self.a / 0 == 1"},
            'spec: Invalid value: "object": division by zero evaluating rule: self.a / 0 == 1',
        ),
        (
            {"rule": "self.c == 1"},
            "spec: Invalid value: \"object\": rule compile error: compilation failed: ERROR: <input>:1:5: undefined field 'c'\n | self.c == 1\n | ....^",
        ),
    ],
)
def test_words(rule: dict[str, Any], text: str) -> None:
    assert run([rule], {"a": 5, "b": 1})[0] == [text]


def test_scalars_are_shown() -> None:
    tree = rule_tree(
        {"type": "object", "properties": {"a": {**INT, "x-kubernetes-validations": [{"rule": "self > 5"}]}}}
    )
    assert tree is not None
    causes, _ = validate_rules(tree, {"a": 3}, None)
    assert [cause.text() for cause in causes] == ["a: Invalid value: 3: failed rule: self > 5"]


def test_transitions() -> None:
    rule = [{"rule": "self.a >= oldSelf.a", "message": "never less"}]
    assert run(rule, {"a": 1}) == ([], [])
    assert run(rule, {"a": 1}, {"a": 2})[0] == ["spec: Invalid value: never less"]
    optional = [{"rule": "oldSelf.hasValue() || self.a == 0", "optionalOldSelf": True, "message": "begin at 0"}]
    assert run(optional, {"a": 1})[0] == ["spec: Invalid value: begin at 0"]
    assert run(optional, {"a": 1}, {"a": 3})[0] == []


def test_what_did_not_change_is_a_warning() -> None:
    rule = [{"rule": "self.a > 5", "message": "small"}]
    assert run(rule, {"a": 1}, {"a": 1}) == ([], ["spec: Invalid value: small"])
    assert run(rule, {"a": 2}, {"a": 1})[0] == ["spec: Invalid value: small"]


def test_rules_below() -> None:
    item = {"type": "object", "properties": {"n": INT}, "x-kubernetes-validations": [{"rule": "self.n > 0"}]}
    schema = {
        "type": "object",
        "properties": {"l": {"type": "array", "items": item}, "m": {"type": "object", "additionalProperties": item}},
    }
    tree = rule_tree(schema)
    assert tree is not None and has_rules(schema)
    causes, _ = validate_rules(tree, {"l": [{"n": 1}, {"n": 0}], "m": {"k": {"n": 0}}}, None)
    assert [cause.field for cause in causes] == ["l[1]", "m[k]"]
    assert rule_tree({"type": "object"}) is None


def test_the_budget_of_an_object() -> None:
    rule = {"rule": "self.l.all(a, self.l.all(b, self.l.all(c, a + b + c > 0)))"}
    texts, _ = run([rule, rule], {"l": list(range(1, 200))}, properties={"l": {"type": "array", "items": INT}})
    assert len(texts) == 1
    assert "no further validation rules will be run due to call cost exceeds limit for rule" in texts[0]


def test_the_root_knows_what_every_object_has() -> None:
    tree = rule_tree({"type": "object", "x-kubernetes-validations": [{"rule": "self.metadata.name.startsWith('a')"}]})
    assert tree is not None
    causes, _ = validate_rules(tree, {"metadata": {"name": "b"}}, None)
    assert [cause.text() for cause in causes] == [
        "<nil>: Invalid value: failed rule: self.metadata.name.startsWith('a')"
    ]
