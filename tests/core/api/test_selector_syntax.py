"""The grammar of selectors and upstream's words about what is not in it."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.selector_syntax import LENGTH_MAX, parse_fields, parse_requirements, unknown_field

BAD = [
    ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ("a in b", "unable to parse requirement: found 'b' expected: '('"),
    ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
    ("a in (b=c)", "found '=', expected: ',' or ')'"),
    ("a in (=)", "found '=', expected: ',', or identifier"),
    ("a=)", "found ')', expected: identifier"),
    ("a>b", "the value must be an integer"),
    ("!", "found '', expected: identifier"),
    (")", "found ')', expected: !, identifier, or 'end of string'"),
    ("a,,b", "found ',', expected: identifier after ','"),
    ("a=b)", "found ')', expected: ',' or 'end of string'"),
    ("a=-b", '<nil>[a]: Invalid value: "-b": a valid label must be'),
    ("a" * (LENGTH_MAX + 1), f"selector is longer than {LENGTH_MAX} characters"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_no_label_selectors(text: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_requirements(text)
    assert caught.value.code == 400
    assert words in caught.value.message


def test_requirements() -> None:
    assert parse_requirements(" a = b , c in ( e , d ) ") == [("a", "In", ("b",)), ("c", "In", ("d", "e"))]
    assert parse_requirements("a in ()") == [("a", "In", ("",))]
    assert parse_requirements("   ") == []


def test_field_terms() -> None:
    found = parse_fields("spec.nodeName=n-1, status.phase!=Failed,a==b\\,c,involvedObject.name=")
    assert found == [
        ("spec.nodeName", "=", "n-1"),
        ("status.phase", "!=", "Failed"),
        ("a", "=", "b,c"),
        ("involvedObject.name", "=", ""),
    ]
    with pytest.raises(ApiError, match="invalid selector: 'a=b,x'; can't understand 'x'"):
        parse_fields("a=b,x")


def test_unknown_fields() -> None:
    assert unknown_field("a", ("spec.x",)).message == "field label not supported: a"
    assert 'only "metadata.name"' in unknown_field("a", ()).message
