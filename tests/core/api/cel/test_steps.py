"""Logic: what fails does not matter where something else decides."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value

BAD = "(1 / 0 == 1)"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{BAD} || true", True),
        (f"true || {BAD}", True),
        (f"{BAD} && false", False),
        (f"false && {BAD}", False),
        (f"false ? {BAD} : true", True),
        ("[0, 1].exists(x, 1 / x == 1)", True),
        ("[0, 1].all(x, 1 / x == 2)", False),
    ],
)
def test_decided(source: str, expected: bool) -> None:
    assert value(source) is expected


def test_not_decided() -> None:
    assert failure(f"{BAD} || false") == "division by zero"
    assert failure(f"{BAD} && true") == "division by zero"
    assert failure("object.name || true == false") == "no such overload"
    assert failure("object.name ? 1 : 2") == "no such overload"
    assert failure("[0].all(x, 1 / x == 1)") == "division by zero"
