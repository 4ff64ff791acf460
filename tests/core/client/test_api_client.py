"""Clients: answers come with their token, requests over the rate wait, a server that is down refuses at once."""

from __future__ import annotations

from tests.core.apiserver.plane import SECOND, Plane
from tests.core.client.programs import Asker


def ask(asker: Asker, token: object, name: str = "default") -> None:
    asker.request(asker.client, token, "get", "namespaces", name=name)


def test_each_answer_comes_with_its_token() -> None:
    plane = Plane()
    asker = Asker(plane.sim)
    ask(asker, "there")
    ask(asker, ("not", "there"), "nope")
    plane.settle(1)
    assert [(token, code) for token, code, _at in asker.answers] == [("there", 200), (("not", "there"), 404)]
    assert asker.bodies["there"]["metadata"]["name"] == "default"


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    plane = Plane()
    asker = Asker(plane.sim, qps=10, burst=5)
    began = plane.sim.now
    for number in range(25):
        ask(asker, number)
    plane.settle(10)
    assert [token for token, _code, _at in asker.answers] == list(range(25))
    times = [at - began for _token, _code, at in asker.answers]
    assert times[4] < SECOND // 10
    assert 1.9 * SECOND < times[24] < 2.2 * SECOND


def test_tokens_fill_up_while_it_is_quiet() -> None:
    plane = Plane()
    asker = Asker(plane.sim, qps=10, burst=5)
    for number in range(5):
        ask(asker, number)
    plane.settle(1)
    began = plane.sim.now
    for number in range(5):
        ask(asker, number)
    plane.settle(1)
    assert all(at - began < SECOND // 10 for _token, _code, at in asker.answers[5:])


def test_a_server_that_is_down_refuses_the_connection() -> None:
    plane = Plane()
    asker = Asker(plane.sim)
    plane.server.crash()
    ask(asker, "refused")
    plane.settle(1)
    assert asker.answers[0][:2] == ("refused", 503)
    assert "connection refused" in asker.bodies["refused"]["message"]


def test_answers_to_a_crashed_program_find_nobody() -> None:
    plane = Plane()
    asker = Asker(plane.sim)
    ask(asker, "lost")
    asker.crash()
    asker.restart()
    plane.settle(1)
    assert asker.answers == []
