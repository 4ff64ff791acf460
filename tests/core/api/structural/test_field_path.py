"""Paths that a schema knows."""

from __future__ import annotations

import pytest

from cluster_core.api.structural.field_path import PathError, field_path

TEXT = {"type": "string"}
SCHEMA = {"properties": {"spec": {"properties": {"m": {"additionalProperties": TEXT}, "a.b": TEXT, "s": TEXT}}}}


def test_paths() -> None:
    assert field_path(".spec.s", SCHEMA) == ("spec.s", TEXT)
    assert field_path(".spec['a.b']", SCHEMA)[0] == "spec.a.b"
    assert field_path(".spec.m['it\\'s']", SCHEMA)[0] == "spec.m[it's]"
    assert field_path(".spec.m.x", SCHEMA)[0] == "spec.m[x]"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("spec", "expected [ or . but got: spec"),
        (".nope", "does not refer to a valid field"),
        (".spec.s.t", "does not refer to a valid field"),
        (".spec.", "unexpected end of JSON path"),
        (".spec[s]", "expected single quoted string but got s"),
        (".spec['s'.", "expected ] but got ."),
        (".spec['\\q']", "invalid string literal: invalid escape char \\q"),
    ],
)
def test_wrong_ones(path: str, words: str) -> None:
    with pytest.raises(PathError) as caught:
        field_path(path, SCHEMA)
    assert str(caught.value) == words


def test_brackets_may_be_refused() -> None:
    with pytest.raises(PathError, match="array notation is not allowed"):
        field_path(".spec['s']", SCHEMA, brackets=False)
