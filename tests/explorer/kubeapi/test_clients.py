"""What a live run knows of its clients: bounded, counted, woken."""

from __future__ import annotations

import asyncio

import pytest

from explorer.kubeapi import clients
from explorer.kubeapi.clients import RECENT_MAX, TOLD_PER_SECOND, Clients, Encoded
from explorer.protocol import ClientSeen

SOMETHING = object()


def seen(path: str = "/api") -> ClientSeen:
    return ClientSeen(0, "GET", path, "u", "a", "get", "pods", "", "", "", 200, False, None, 1.0)


def test_the_last_200_requests_are_kept_and_20_a_second_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(clients.time, "monotonic", lambda: now)
    found = Clients()
    told = [found.remember(seen()) for _ in range(RECENT_MAX + 50)]
    assert sum(text is not None for text in told) == TOLD_PER_SECOND
    assert len(found.recent()) == RECENT_MAX
    assert (found.count, found.recent()[0]["number"]) == (RECENT_MAX + 50, 51)
    assert "skipped" not in found.recent()[0]
    now = 1.5
    text = found.remember(seen())
    assert text is not None and f'"skipped":{RECENT_MAX + 50 - TOLD_PER_SECOND}' in text
    assert text.startswith('{"t":"client"')


def test_encodings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "ENCODED_BYTES_MAX", 800)
    found = Encoded()
    for number in range(100):
        found.put(number, SOMETHING, b"x" * 100)
    assert [number for number in range(100) if found.get(number, SOMETHING)] == list(range(92, 100))
    assert found.get(99, object()) is None
    found.put("large", SOMETHING, b"x" * 500)
    assert found.get("large", SOMETHING) is None


@pytest.mark.asyncio
async def test_who_waits_is_woken_when_its_resource_has_changed() -> None:
    found = Clients()
    changed = {"pods": 5}
    found.moved("here", changed)
    pods, nodes = found.news("pods"), found.news("nodes")
    assert found.news("pods") is pods
    found.moved("here", changed)
    assert not pods.done()
    changed["pods"] = 6
    found.moved("here", changed)
    assert pods.done() and not nodes.done()
    assert not found.news("pods").done()
    found.moved("elsewhere", {})
    assert nodes.done()
    waiting = asyncio.ensure_future(asyncio.wait([found.news("pods")]))
    await asyncio.sleep(0)
    found.hang_up()
    await asyncio.wait_for(waiting, 5)
    assert found.generation == 1
