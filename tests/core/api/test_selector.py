"""Label selectors: what they match, and their text."""

from __future__ import annotations

import pytest

from cluster_core.api.selector import Selector, from_label_selector, from_map, parse_label_selector

LABELS = {"app": "web", "tier": "front", "weight": "5", "empty": ""}

MATCHES = [
    ("", True),
    ("app=web", True),
    ("app==web,tier=front", True),
    ("app!=web", False),
    ("missing!=web", True),
    ("app in (web, db)", True),
    ("app notin (web)", False),
    ("missing notin (web)", True),
    ("app", True),
    ("!app", False),
    ("!missing", True),
    ("weight>4", True),
    ("weight<5", False),
    ("app>4", False),
    ("empty=", True),
    ("empty in (,x)", True),
    ("in=x", False),
    ("app in (in)", False),
]


@pytest.mark.parametrize(("text", "expected"), MATCHES)
def test_what_a_selector_matches(text: str, expected: bool) -> None:
    assert parse_label_selector(text).matches(LABELS) is expected


def test_the_text_can_be_read_again() -> None:
    for text in ("app=web,tier!=back", "app in (a,b),!x,y", "w>3,v<4", "a notin (b,c)"):
        assert str(parse_label_selector(text)) == text


def test_selectors_of_objects() -> None:
    expressions = [{"key": "tier", "operator": "NotIn", "values": ["back"]}, {"key": "app", "operator": "Exists"}]
    selector = from_label_selector({"matchLabels": {"app": "web"}, "matchExpressions": expressions})
    assert selector.matches(LABELS)
    assert not selector.matches({"app": "web", "tier": "back"})
    assert from_label_selector(None) == from_label_selector({}) == from_map({}) == Selector()
    assert from_map({"b": "2", "a": "1"}) == from_map({"a": "1", "b": "2"})
