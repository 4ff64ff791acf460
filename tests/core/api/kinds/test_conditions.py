"""Conditions of the common form."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.conditions import validate_conditions

GOOD = {"type": "Ready", "status": "True", "reason": "Works", "lastTransitionTime": "2025-01-01T00:00:00Z"}


def test_a_good_one() -> None:
    assert validate_conditions([GOOD], "c") == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("type", "", "c[0].type: Required value: must be set"),
        ("status", "Yes", 'c[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"'),
        ("reason", "", "c[0].reason: Required value: must be set"),
        ("reason", "1a", "a condition reason must start with alphabetic character"),
        ("lastTransitionTime", None, "c[0].lastTransitionTime: Required value: must be set"),
        ("message", "x" * 40000, "c[0].message: Too long: may not be more than 32768 bytes"),
    ],
)
def test_bad_ones(field: str, value: Any, words: str) -> None:
    assert any(words in cause.text() for cause in validate_conditions([{**GOOD, field: value}], "c"))


def test_each_type_once() -> None:
    assert [cause.text() for cause in validate_conditions([GOOD, GOOD], "c")] == ['c[1].type: Duplicate value: "Ready"']
