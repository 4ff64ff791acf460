"""Objects as YAML and JSON in kubectl's form."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.printing.documents import as_json, as_yaml, without_managed_fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("true", '"true"'),
        ("12", '"12"'),
        ("1e3", '"1e3"'),
        ("x: y", "'x: y'"),
        ("- a", "'- a'"),
        ("on", '"on"'),
        ("y", '"y"'),
        ("", '""'),
        ("25%", "25%"),
        ("2024-01-01T00:00:00Z", '"2024-01-01T00:00:00Z"'),
        ("10:30", '"10:30"'),
        ("plain text", "plain text"),
        ("a\nb\n", "|\n  a\n  b"),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ([], "[]"),
        ({}, "{}"),
        ([{"b": 1, "a": 2}], "\n- a: 2\n  b: 1"),
    ],
)
def test_texts_are_quoted_as_go_quotes_them(value: object, text: str) -> None:
    assert as_yaml({"k": value}) == ("k:" + ("" if text.startswith("\n") else " ") + text)


def test_json_is_indented_by_four_with_keys_in_order() -> None:
    assert as_json({"b": 1, "a": ["中"]}) == '{\n    "a": [\n        "中"\n    ],\n    "b": 1\n}'


def test_managed_fields_are_hidden() -> None:
    assert without_managed_fields({"metadata": {"name": "a", "managedFields": []}}) == {"metadata": {"name": "a"}}
