"""What a viewer who comes at a moment sees of the messages on their way."""

from __future__ import annotations

from cluster_core.api.request import Request
from cluster_core.projection.view import LATELY_US, flights_at, trace_card
from cluster_core.sim.trace import Flight, Trace


def trace_of(*flights: Flight) -> Trace:
    trace = Trace(10)
    trace.flights.extend(flights)
    return trace


def request(number: int, sent: int, arrives: int) -> Flight:
    message = Request(number, "kubectl", "kubernetes-admin", "get", "pods", name="web-0", namespace="default")
    return Flight(number, "kubectl", "apiserver", message, sent, arrives)


def test_messages_on_their_way_and_those_that_just_arrived() -> None:
    now = 1_000_000
    arrived, flying, old = request(2, now - 500, now - 100), request(3, now - 10, now + 300), request(1, 10, 400)
    assert [card["number"] for card in flights_at(trace_of(old, arrived, flying), now, 60)] == [2, 3]
    assert flights_at(trace_of(arrived), now + LATELY_US, 60) == []


def test_after_a_seek_the_future_is_not_shown_and_a_replayed_message_once() -> None:
    now = 1_000_000
    again, later = request(2, now - 50, now + 50), request(9, now + 500, now + 900)
    assert [card["number"] for card in flights_at(trace_of(again, later, again), now, 60)] == [2]


def test_the_newest_when_there_are_too_many() -> None:
    many = [request(number, 1_000 + number, 9_000) for number in range(8)]
    assert [card["number"] for card in flights_at(trace_of(*many), 2_000, 3)] == [5, 6, 7]


def test_the_cause_of_an_entry_is_the_nearest_event_that_was_told() -> None:
    trace = Trace(10)
    for number, cause in ((1, 0), (2, 1), (3, 2), (4, 3)):
        trace.begin(number, cause)
        if number in (1, 4):
            trace.record(number, number * 10, cause, "kubectl", "command.given", {})
    assert [trace_card(entry, trace)["cause"] for entry in trace.entries] == [0, 1]
