"""The window of frames of a viewer, without a server."""

from __future__ import annotations

import pytest

from explorer.hub import OUTBOX_MAX, WINDOW_MAX, Closing, Hub, Viewer

pytestmark = pytest.mark.asyncio


async def caught_up() -> Viewer:
    viewer = Viewer(owner=False)
    viewer.snapshot("snapshot", 1)
    assert await viewer.next() == "snapshot"
    viewer.acknowledge(1)
    return viewer


async def test_a_newcomer_waits_for_a_snapshot() -> None:
    viewer = Viewer(owner=False)
    assert viewer.behind and viewer.can_catch_up()
    viewer.snapshot("snapshot", 7)
    assert not viewer.behind


async def test_a_full_outbox_leaves_the_viewer_behind() -> None:
    viewer = await caught_up()
    taken = [viewer.offer(str(seq), seq) for seq in range(2, OUTBOX_MAX + 4)]
    assert taken == [True] * OUTBOX_MAX + [False] * 2
    assert viewer.behind and not viewer.can_catch_up()


async def test_a_full_window_leaves_the_viewer_behind_even_if_everything_was_sent() -> None:
    viewer = await caught_up()
    for seq in range(2, WINDOW_MAX + 2):
        assert viewer.offer(str(seq), seq)
        await viewer.next()
    assert not viewer.offer("one more", WINDOW_MAX + 2)
    assert viewer.behind and not viewer.can_catch_up(), "sent is not drawn"
    viewer.acknowledge(WINDOW_MAX + 1)
    assert viewer.can_catch_up()


async def test_what_was_never_sent_cannot_be_acknowledged() -> None:
    viewer = await caught_up()
    viewer.acknowledge(10**9)
    assert viewer.acked_seq == 1


async def test_an_answer_survives_a_snapshot() -> None:
    viewer = await caught_up()
    viewer.offer("delta", 2)
    viewer.tell("answer")
    viewer.begin_again()
    viewer.snapshot("snapshot", 1)
    assert [await viewer.next(), await viewer.next()] == ["answer", "snapshot"]


async def test_resuming_is_granted_once_per_drawn_snapshot() -> None:
    viewer = Viewer(owner=False)
    viewer.snapshot("snapshot", 5)
    assert not viewer.resume(), "it is on its way"
    viewer.acknowledge(5)
    viewer.offer("delta", 6)
    assert viewer.resume()
    assert viewer.can_catch_up()


async def test_closing_comes_after_what_waits() -> None:
    viewer = await caught_up()
    viewer.tell("goodbye")
    viewer.close(1012)
    assert await viewer.next() == "goodbye"
    with pytest.raises(Closing) as closing:
        await viewer.next()
    assert closing.value.code == 1012


async def test_one_viewer_behind_costs_the_others_nothing() -> None:
    hub = Hub()
    good, bad = await caught_up(), await caught_up()
    hub.join(good)
    hub.join(bad)
    for seq in range(2, 200):
        hub.broadcast(str(seq), seq)
        assert await good.next() == str(seq)
        good.acknowledge(seq)
    assert bad.behind and bad.waiting == OUTBOX_MAX
    assert hub.behind() == []
