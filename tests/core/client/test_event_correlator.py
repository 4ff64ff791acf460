"""Repeats, similar Events, floods: upstream's defaults, and what a real controller recorded."""

from __future__ import annotations

import gzip
import json

from cluster_core.client.event_correlator import (
    COMBINED,
    SIMILAR_US,
    SPAM_BURST,
    SPAM_REFILL_US,
    EventCorrelator,
)
from tests.reference.recording import folder


def told(correlator: EventCorrelator, messages: list[str], now: int = 0) -> list[tuple[str, int]]:
    """What is written for each message: its text and its count."""
    found = []
    for message in messages:
        key, text = correlator.combine("uid", "Normal", "Created", message, now)
        found.append((text, correlator.observe(key, "name", now).count))
    return found


def test_a_repeat_is_counted() -> None:
    assert told(EventCorrelator(), ["a", "a", "b", "a"]) == [("a", 1), ("a", 2), ("b", 1), ("a", 3)]


def test_from_the_tenth_message_on_they_are_combined() -> None:
    found = told(EventCorrelator(), [f"pod {number}" for number in range(20)])
    assert [text for text, _count in found[:9]] == [f"pod {number}" for number in range(9)]
    assert [count for _text, count in found[9:]] == list(range(1, 12))
    assert found[-1][0] == f"{COMBINED}pod 19"


def test_after_ten_quiet_minutes_they_are_told_apart_again() -> None:
    correlator = EventCorrelator()
    told(correlator, [str(number) for number in range(12)])
    assert told(correlator, ["new"], SIMILAR_US + 1)[0] == ("new", 1)


def test_other_reasons_and_objects_are_apart() -> None:
    correlator = EventCorrelator()
    told(correlator, [str(number) for number in range(12)])
    assert correlator.combine("uid", "Warning", "Failed", "x", 0)[1] == "x"
    assert correlator.combine("other", "Normal", "Created", "x", 0)[1] == "x"


def test_a_flood_about_one_object_is_cut_off_and_trickles() -> None:
    correlator = EventCorrelator()
    assert [correlator.is_spam("uid", 0) for _ in range(SPAM_BURST + 5)] == [False] * SPAM_BURST + [True] * 5
    assert not correlator.is_spam("other", 0)
    assert correlator.is_spam("uid", SPAM_REFILL_US // 2)
    assert not correlator.is_spam("uid", SPAM_REFILL_US)
    assert correlator.is_spam("uid", SPAM_REFILL_US)


def test_a_forgotten_event_begins_anew() -> None:
    correlator = EventCorrelator()
    key, _text = correlator.combine("uid", "Normal", "R", "m", 0)
    correlator.observe(key, "first", 0)
    correlator.forget(key)
    assert correlator.observe(key, "second", 5).name == "second"


def test_twenty_pods_of_a_replicaset_as_a_real_controller_told_them() -> None:
    events = {}
    with gzip.open(folder("01-deploy-scale") / "trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("kind") == "Event" and row["object"]["reason"] == "SuccessfulCreate":
                events[row["name"]] = row["object"]
    counts = [event["count"] for event in events.values()]
    ours = dict(told(EventCorrelator(), [f"Created pod: {number}" for number in range(sum(counts))]))
    combined = max(count for text, count in ours.items() if text.startswith(COMBINED))
    assert sorted(counts) == [1] * 9 + [combined]
