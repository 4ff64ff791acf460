"""Types of expressions, and upstream's words where they do not fit."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.expression import compiled
from tests.core.api.cel.evaluating import STRUCTS, VARIABLES, placed, value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("self.foo == 1", "1:5: undefined field 'foo'"),
        ("self.foo.bar", "1:5: undefined field 'foo'"),
        ("sef.x", "1:1: undeclared reference to 'sef' (in container '')"),
        ("foo(1)", "1:4: undeclared reference to 'foo' (in container '')"),
        ("self.name.foo()", "1:14: undeclared reference to 'foo' (in container '')"),
        ("self.replicas + 'a'", "1:15: found no matching overload for '_+_' applied to '(int, string)'"),
        ("self.name.startsWith(1)", "1:21: found no matching overload for 'startsWith' applied to 'string.(int)'"),
        ("1 == 1.0", "1:3: found no matching overload for '_==_' applied to '(int, double)'"),
        ("self.name && true", "1:5: expected type 'bool' but found 'string'"),
        ("[1, 'a']", "1:5: expected type 'int' but found 'string'"),
        ("{'a': 1, 'b': 'c'}", "1:15: expected type 'int' but found 'string'"),
        ("self.items.all(i, i.n)", "1:20: expected type 'bool' but found 'int'"),
        (
            "self.replicas.all(i, true)",
            "1:5: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
        ),
        ("self.replicas.x", "1:14: type 'int' does not support field selection"),
        ("null == self.name", "1:6: found no matching overload for '_==_' applied to '(null, string)'"),
        ("[?self.name]", "1:7: expected type 'optional_type(string)' but found 'string'"),
        ("Thing{a: 1}", "1:6: undeclared reference to 'Thing' (in container '')"),
        ("authorizer.path('/x')", "1:1: undeclared reference to 'authorizer' (in container '')"),
    ],
)
def test_problems(source: str, words: str) -> None:
    assert placed(source).removeprefix("ERROR: <input>:") == words


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("self.items.map(i, i.name)", "list(string)"),
        ("self.items.filter(i, i.n > 1)", "list(Self.items)"),
        ("self.?labels.a", "optional_type(string)"),
        ("self.any", "dyn"),
        ("[]", "list(dyn)"),
        ("{1: [2.0]}", "map(int, list(double))"),
        ("true ? self.any : 1", "dyn"),
        ("type(1)", "type"),
        ("self.labels.?x", "optional_type(string)"),
    ],
)
def test_results(source: str, shown: str) -> None:
    assert str(compiled(source, VARIABLES, STRUCTS).result) == shown


def test_names_used() -> None:
    assert compiled("self.name == 'a'", VARIABLES, STRUCTS).uses == {"self"}


def test_a_loop_variable_hides_an_outer_one() -> None:
    assert value("[1, 2].map(self, self + 1)") == [2, 3]
