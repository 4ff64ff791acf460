"""A live run: changes one after the other, frames only of moments that may be shown."""

from __future__ import annotations

import asyncio
import json

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from explorer.hub import Viewer
from explorer.live import EPOCHS, LiveRun

pytestmark = pytest.mark.asyncio


@pytest.fixture
def live() -> LiveRun:
    return LiveRun("id", "title", "main", Cluster(ClusterConfig(nodes=1), 7))


async def received(viewer: Viewer) -> dict[str, object]:
    found: dict[str, object] = json.loads(await viewer.next())
    return found


async def test_changes_follow_one_another(live: LiveRun) -> None:
    order: list[str] = []

    async def change(name: str) -> str:
        order.append(f"{name} begins")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        order.append(f"{name} ends")
        return name

    names = await asyncio.gather(*(live.alone(lambda name=name: change(name)) for name in "abc"))  # type: ignore[misc]
    assert names == list("abc")
    assert order == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    assert live.users == 0


async def test_a_change_that_has_begun_is_finished_even_if_who_asked_is_gone(live: LiveRun) -> None:
    done: list[bool] = []
    begun = asyncio.Event()

    async def change() -> None:
        begun.set()
        await asyncio.sleep(0.01)
        done.append(True)

    asking = asyncio.create_task(live.alone(change))
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert live.users == 1, "it must not be forgotten now"
    async with live.lock:
        assert done == [True]


async def test_a_mistake_in_a_change_lets_the_next_one_in(live: LiveRun) -> None:
    async def broken() -> None:
        raise ValueError("a defect")

    async def good() -> int:
        return 7

    with pytest.raises(ValueError, match="a defect"):
        await live.alone(broken)
    assert await live.alone(good) == 7


async def test_nobody_is_shown_a_moment_in_between(live: LiveRun) -> None:
    viewer = Viewer(owner=False)
    live.hub.join(viewer)
    with live.unsettled():
        live.publish()
        assert viewer.waiting == 0
        waiting = asyncio.create_task(live.settled())
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    live.publish()
    assert (await received(viewer))["t"] == "snapshot"


async def test_frames_are_counted_without_gaps(live: LiveRun) -> None:
    viewer = Viewer(owner=False)
    live.hub.join(viewer)
    live.publish()
    snapshot = await received(viewer)
    assert (snapshot["epoch"], snapshot["seq"]) == (EPOCHS, 1)
    for seq in (2, 3, 4):
        live.cluster.advance(live.cluster.now + 1_000_000, 100)
        live.publish()
        delta = await received(viewer)
        assert (delta["t"], delta["epoch"], delta["seq"]) == ("delta", EPOCHS, seq)
    live.publish()
    assert viewer.waiting == 0, "nothing changed, nothing is sent"


async def test_looking_at_the_card_takes_nothing_from_the_viewers(live: LiveRun) -> None:
    """The projector tells each change once: a REST call must not swallow it."""
    viewer = Viewer(owner=False)
    live.hub.join(viewer)
    live.publish()
    await received(viewer)
    live.playing = True
    live.card()
    assert (await received(viewer))["clock"]["playing"] is True  # type: ignore[index]


async def test_another_history_is_another_epoch(live: LiveRun) -> None:
    viewer = Viewer(owner=False)
    live.hub.join(viewer)
    live.publish()
    await received(viewer)
    live.new_epoch()
    live.publish()
    again = await received(viewer)
    assert (again["t"], again["epoch"], again["seq"]) == ("snapshot", EPOCHS + 1, 0)
    assert LiveRun("id", "", "main", live.cluster, incarnation=2).epoch > EPOCHS + 1
