"""The wire format: every message in both directions, and what is not one."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from explorer.protocol import Ack, ClientMessage, ClockCall, CommandCall, Ping, Resume, ServerMessage

decoder = msgspec.json.Decoder(ClientMessage)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"t":"ack","epoch":1,"seq":2}', Ack(1, 2)),
        ('{"t":"ping","number":7}', Ping(7)),
        ('{"t":"resume","epoch":1,"seq":2}', Resume(1, 2)),
        ('{"t":"clock","action":"seek","event":7}', ClockCall("seek", event=7)),
        ('{"t":"command","client_id":"a","kind":"apply","manifest":"x"}', CommandCall("a", "apply", manifest="x")),
        ('{"t":"ack","epoch":1,"seq":2,"later":"version"}', Ack(1, 2)),
    ],
)
def test_what_a_browser_says(text: str, message: Any) -> None:
    assert decoder.decode(text) == message


@pytest.mark.parametrize("text", ["{}", '{"t":"hello"}', '{"t":"ack","epoch":"1","seq":2}', '{"t":"ack","epoch":1}'])
def test_what_is_no_message(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoder.decode(text)


def test_each_message_has_a_type_of_its_own() -> None:
    tags = [one.__struct_config__.tag for one in (*get_args(ServerMessage), *get_args(ClientMessage))]
    assert len(tags) == len(set(tags)) == 13
