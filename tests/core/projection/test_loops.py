"""The card of a loop from a controller's memory: failures, back-off and what was refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cluster_core.client.controller import Action, Past, Plan
from cluster_core.client.turn import Turn
from cluster_core.client.workqueue import WorkQueue
from cluster_core.projection.loops import loop_card

KEY = "default/web"


def controller(turn: Turn | None = None, past: Past | None = None) -> Any:
    host = SimpleNamespace(sim=SimpleNamespace(number=100), turns={("rs", KEY): turn} if turn else {})
    return SimpleNamespace(name="rs", host=host, queue=WorkQueue(), pasts={KEY: past} if past else {})


def test_a_key_that_was_never_seen_waits() -> None:
    card = loop_card(controller(), KEY)
    assert (card["phase"], card["turns"], card["writes"], card["retry_at"], card["refused"]) == (
        "wait",
        0,
        [],
        None,
        None,
    )


def test_a_key_in_the_queue_has_been_observed() -> None:
    waiting = controller(past=Past(3, 50, 90))
    waiting.queue.add(KEY)
    assert loop_card(waiting, KEY)["phase"] == "observe"


def test_equal_writes_of_a_stage_are_one_with_a_count() -> None:
    stage = [
        Action("create", "pods"),
        Action("create", "pods"),
        Action("patch", "deployments.apps", subresource="status"),
    ]
    card = loop_card(controller(Turn(Plan([[], stage]), stage=1, waiting=3), Past(1, 50, 90)), KEY)
    assert (card["phase"], card["stage"], card["stages"]) == ("act", 2, 2)
    assert card["writes"] == [
        {"verb": "create", "resource": "pods", "count": 2},
        {"verb": "patch", "resource": "deployments.apps/status", "count": 1},
    ]


def test_the_event_of_the_turn_is_the_moment_of_comparing() -> None:
    turn = Turn(Plan([[Action("create", "pods")]]), stage=0, waiting=1)
    assert loop_card(controller(turn, Past(1, 50, 100)), KEY)["phase"] == "compare"


def test_a_failed_turn_shows_its_back_off_and_the_refusal() -> None:
    refused = {
        "at": 50,
        "number": 90,
        "verb": "update",
        "resource": "replicasets.apps",
        "code": 409,
        "reason": "Conflict",
    }
    failed = controller(past=Past(4, 50, 90, refused, retry_at=55_000))
    failed.queue.back_off(KEY)
    card = loop_card(failed, KEY)
    assert (card["phase"], card["failures"], card["retry_at"], card["refused"]) == ("wait", 1, 55_000, refused)


def test_the_queue_counts_the_changes_that_one_turn_answers() -> None:
    queue = WorkQueue()
    assert queue.add(KEY) and not queue.add(KEY)
    queue.get()
    assert not queue.add(KEY) and not queue.add(KEY)
    assert queue.coalesced == 2
