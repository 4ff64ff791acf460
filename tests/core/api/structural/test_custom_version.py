"""What a version does to objects; random schemas and objects."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.errors import Cause
from cluster_core.api.schema import DecodeError
from cluster_core.api.structural.custom_version import UNCHECKED, custom_version
from cluster_core.api.structural.defaulting import defaulted
from cluster_core.api.structural.definition_spec import validate_spec
from cluster_core.api.structural.pruning import pruned
from tests.core.api.structural.test_definition_spec import spec


def version(schema: Any) -> Any:
    return custom_version({"schema": {"openAPIV3Schema": schema}})


def test_rules_wait_for_values_that_are_right() -> None:
    inner = {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "x-kubernetes-validations": [{"rule": "self.a > 1"}],
    }
    made = version({"type": "object", "properties": {"spec": inner}})
    found, _ = made.validate({"spec": {"a": "x"}}, None, [])
    assert [cause.detail for cause in found][-1] == UNCHECKED
    assert found[-1].text() == f"<nil>: Invalid value: null: {UNCHECKED}"
    assert [cause.field for cause in made.validate({"spec": {"a": 0}}, None, [Cause("x", "Forbidden")])[0]] == [
        "x",
        "spec",
    ]


def test_a_status_is_held_against_its_own_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "integer"},
            "status": {"type": "object", "properties": {"n": {"type": "integer"}}},
        },
    }
    old = {"spec": "wrong, but old", "status": {}}
    found, _ = version(schema).validate_status({**old, "status": {"n": "x"}}, old, [])
    assert [cause.field for cause in found] == ["status.n"]


def test_compiled_versions_are_shared() -> None:
    assert version({"type": "object"}) is version({"type": "object"})


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "a", "x", "2024-01-01", "10.0.0.1"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abck"), inner, max_size=3),
    max_leaves=8,
)
EXTRAS: dict[str, Any] = {
    "default": VALUES,
    "nullable": st.booleans(),
    "enum": st.lists(SCALARS, min_size=1, max_size=3),
    "pattern": st.sampled_from(["^a", "[", "x+"]),
    "minimum": st.integers(0, 3),
    "maxLength": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "format": st.sampled_from(["date", "ipv4", "int32", "odd", "byte", "date-time"]),
    "required": st.lists(st.sampled_from("ab"), max_size=2),
    "x-kubernetes-list-type": st.sampled_from(["set", "map", "atomic"]),
    "x-kubernetes-list-map-keys": st.just(["k"]),
    "x-kubernetes-int-or-string": st.booleans(),
    "x-kubernetes-embedded-resource": st.booleans(),
    "x-kubernetes-preserve-unknown-fields": st.just(True),
    "x-kubernetes-validations": st.lists(
        st.fixed_dictionaries(
            {
                "rule": st.sampled_from(
                    ["self == self", "self.a > 1", "size(self) > 0", "self == oldSelf", "self + self"]
                )
            }
        ),
        max_size=1,
    ),
}


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    below = {
        "properties": st.dictionaries(st.sampled_from("abck"), inner, max_size=3),
        "items": inner,
        "additionalProperties": inner | st.booleans(),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "not": inner,
    }
    kinds = st.sampled_from(["object", "array", "string", "integer", "number", "boolean"])
    return st.fixed_dictionaries({"type": kinds}, optional={**EXTRAS, **below})


SCHEMAS = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "object"])}, optional=EXTRAS),
    nodes,
    max_leaves=6,
)


@given(SCHEMAS, VALUES)
def test_nothing_but_causes(inner: Any, value: Any) -> None:
    """Whatever the schema: it is refused with words, or it works on every object."""
    schema = {"type": "object", "properties": {"spec": inner}}
    if validate_spec({**spec(), "versions": [{"name": "v1", "storage": True, "schema": {"openAPIV3Schema": schema}}]}):
        return
    made, obj = version(schema), {"apiVersion": "a/v1", "kind": "K", "metadata": {"name": "n"}, "spec": value}
    with suppress(DecodeError):
        kept, _ = made.pruned(obj)
        filled = made.filled(kept)
        assert made.filled(filled) == filled
        for old in (None, obj):
            for cause in made.validate(filled, old, [])[0]:
                assert cause.text()


@given(SCHEMAS, VALUES)
def test_pruning_and_defaulting_happen_once(inner: Any, value: Any) -> None:
    schema, obj = {"type": "object", "properties": {"spec": inner}}, {"spec": value}
    kept, _ = pruned(obj, schema)
    assert pruned(kept, schema) == (kept, [])
    filled = defaulted(kept, schema)
    assert defaulted(filled, schema) == filled
