"""Rounds of linearizable reads at one member."""

from __future__ import annotations

from cluster_core.etcd.reads import Reads


def asking(*numbers: int) -> Reads:
    reads = Reads()
    reads.waiting.extend(numbers)
    reads.next_round()
    return reads


def test_what_arrives_during_a_round_goes_into_the_next_one_together() -> None:
    reads = asking(1, 2)
    reads.waiting.append(3)
    assert reads.next_round() is None, "one round at a time"
    reads.waiting.append(4)
    reads.answered(1, 10)
    assert reads.served(10) == [1, 2] and len(reads) == 2
    assert reads.next_round() == 2 and reads.asked == [3, 4]


def test_a_read_waits_until_its_index_is_applied() -> None:
    reads = asking(1)
    assert reads.served(99) == [], "nobody knows yet how far it must be"
    reads.answered(1, 10)
    assert reads.served(9) == [] and reads.served(10) == [1] and reads.served(11) == []


def test_a_read_that_came_after_the_question_is_not_served_by_its_answer() -> None:
    reads = asking(1)
    reads.waiting.append(2)
    reads.answered(1, 10)
    assert reads.served(99) == [1] and reads.waiting == [2]


def test_the_answer_to_a_question_that_was_repeated_is_too_old() -> None:
    reads = asking(1)
    assert reads.again() == 2
    reads.answered(1, 10)
    assert reads.served(99) == []
    reads.answered(2, 12)
    assert reads.served(11) == [] and reads.served(12) == [1]


def test_an_answer_that_comes_twice_serves_once() -> None:
    reads = asking(1)
    reads.answered(1, 10)
    assert reads.served(10) == [1]
    reads.answered(1, 10)
    assert reads.index is None and reads.served(99) == []


def test_without_readers_there_is_no_round() -> None:
    reads = Reads()
    assert reads.next_round() is None and reads.context == 0 and len(reads) == 0
