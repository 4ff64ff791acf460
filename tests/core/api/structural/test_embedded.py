"""Objects inside objects."""

from __future__ import annotations

import pytest

from cluster_core.api.schema import DecodeError
from cluster_core.api.structural.embedded import coerced, validate_embedded

SCHEMA = {
    "properties": {
        "t": {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}
    }
}


def texts(template: object) -> list[str]:
    return [cause.text() for cause in validate_embedded({"t": template}, SCHEMA)]


def test_a_right_one() -> None:
    assert texts({"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}}) == []


def test_wrong_ones() -> None:
    assert texts({}) == ["t.apiVersion: Required value", "t.kind: Required value"]
    assert texts({"apiVersion": "", "kind": 5}) == [
        't.apiVersion: Invalid value: "": must not be empty',
        "t.kind: Invalid value: 5: must be a string",
    ]
    assert (
        texts({"apiVersion": "a/b/c", "kind": "P_d"})[0]
        == 't.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'
    )
    assert "may have mixed case, but should otherwise match" in texts({"apiVersion": "v1", "kind": "P_d"})[0]
    bad = texts({"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"-": "b"}}})
    assert bad[0].startswith('t.metadata.labels: Invalid value: "-"')
    assert texts({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a/b"}}) == [
        "t.metadata.name: Invalid value: \"a/b\": may not contain '/'"
    ]


def test_metadata_is_decoded() -> None:
    found, unknown = coerced({"t": {"metadata": {"name": "a", "odd": 1}}, "u": [1]}, SCHEMA)
    assert (found, unknown) == ({"t": {"metadata": {"name": "a"}}, "u": [1]}, ["t.metadata.odd"])
    for metadata in (5, {"labels": 5}):
        with pytest.raises(DecodeError):
            coerced({"t": {"metadata": metadata}}, SCHEMA)
