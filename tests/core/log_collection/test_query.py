"""What may be searched for."""

from __future__ import annotations

import pytest

from cluster_core.log_collection.query import LENGTH_MAX, PARTS_MAX, QueryError, query_of
from tests.core.log_collection.test_line import LINE


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("*", True),
        ("SAID", True),
        ('"said" namespace:shop', True),
        ("namespace:sho", False),
        ("pod:web*", True),
        ('pod:"web*"', False),
        ("-pod:web*", False),
        ("-healthz stream:stderr node:node-1 container:nginx", True),
        ("你好", True),
        ("colour:red", False),
        ("said missing", False),
    ],
)
def test_all_parts_have_to_hold(query: str, found: bool) -> None:
    assert query_of(query).matches(LINE) is found


def test_a_colon_in_a_word_is_a_part_of_it() -> None:
    assert query_of("10.0.0.1:80").matches(LINE._replace(text="to 10.0.0.1:80"))
    assert query_of("time:12").matches(LINE._replace(text="time:12"))


def test_time_has_two_ends() -> None:
    assert query_of("", 1_500_000, 1_500_000).matches(LINE)
    assert not query_of("", 1_500_001).matches(LINE) and not query_of("", None, 1_499_999).matches(LINE)


@pytest.mark.parametrize("query", ["x" * (LENGTH_MAX + 1), "x " * (PARTS_MAX + 1)])
def test_a_query_has_limits(query: str) -> None:
    with pytest.raises(QueryError):
        query_of(query)
