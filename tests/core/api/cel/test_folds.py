"""Types of macros."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.expression import compiled
from tests.core.api.cel.evaluating import STRUCTS, VARIABLES, problem


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("self.labels.map(k, k)", "list(string)"),
        ("self.labels.filter(k, true)", "list(string)"),
        ("self.tags.transformMap(i, t, t.size())", "map(int, int)"),
        ("self.labels.transformMapEntry(k, v, {v: k})", "map(string, string)"),
        ("object.map(x, x.y)", "list(dyn)"),
        ("optional.of(1).optMap(x, 'a')", "optional_type(string)"),
    ],
)
def test_results(source: str, shown: str) -> None:
    assert str(compiled(source, VARIABLES, STRUCTS).result) == shown


def test_problems() -> None:
    words = "found no matching overload for '_?_:_' applied to '(int, dyn, dyn)'"
    assert problem("self.items.filter(i, i.n)") == words
    assert problem("self.items.sortBy(i, i)").startswith("found no matching overload for '@sortByAssociatedKeys'")
    assert problem("self.labels.transformMapEntry(k, v, v)") == "expected type 'map(dyn, dyn)' but found 'string'"
    assert problem("self.name.optMap(x, x)") == "found no matching overload for 'hasValue' applied to 'string.()'"
