"""What a turn keeps count of."""

from __future__ import annotations

from cluster_core.client.plan import Plan
from cluster_core.client.turn import AddKey, Turn, Work


def test_a_turn_begins_before_its_first_stage() -> None:
    turn = Turn(Plan())
    assert (turn.stage, turn.waiting, turn.failed, turn.concluded) == (-1, 0, False, False)


def test_messages_name_their_handlers() -> None:
    assert (Work("a").handler, AddKey("a", "b").handler) == ("on_work", "on_add_key")
