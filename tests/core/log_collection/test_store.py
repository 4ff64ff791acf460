"""What the store keeps."""

from __future__ import annotations

from cluster_core.log_collection.query import query_of
from cluster_core.log_collection.store import LINES_MAX, RETENTION_US, LogStore
from tests.core.log_collection.test_line import LINE


def test_the_newest_lines_are_found_in_the_order_of_time() -> None:
    store = LogStore()
    store.take([LINE._replace(at=3), LINE._replace(at=1), LINE._replace(at=2, text="other")])
    found, matched = store.search(query_of("said"), 10, 1)
    assert [line.at for line in found] == [3] and matched == 2
    assert [line.at for line in store.search(query_of(""), 10, 9)[0]] == [1, 2, 3]
    assert store.search(query_of(""), 10, 0) == ([], 3)


def test_old_lines_and_lines_beyond_the_limit_are_gone() -> None:
    store = LogStore()
    store.take(LINE._replace(at=number) for number in range(LINES_MAX + 5))
    assert len(store.lines) == LINES_MAX and store.taken == LINES_MAX + 5
    found, matched = store.search(query_of(""), RETENTION_US + LINES_MAX + 4, 1_000)
    assert [line.at for line in found] == [LINES_MAX + 4] and matched == 1
