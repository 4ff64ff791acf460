"""Links to a moment: made by who may change the run, opened by anybody as a copy of their own."""

from __future__ import annotations

import secrets
from typing import Any

from explorer import pacing, runs, storage
from explorer.live import LiveRun
from explorer.models import Run, Share
from explorer.refusal import Refusal
from explorer.storage import Saved

SLUG_BYTES = 16


async def make(live: LiveRun, number: int | None, view: dict[str, Any]) -> Share:
    """Capture a recorded event (default: the playhead) with its state hash. Run it under `LiveRun.alone`."""
    moment = live.cluster
    if number is not None and number != moment.number:
        moment, target = live.cluster.begin_fork(number)
        await pacing.approach(moment, target, "seek", None)
    return await storage.call(
        storage.add_share,
        slug=secrets.token_urlsafe(SLUG_BYTES),
        run_id=live.id,
        branch=live.branch,
        number=moment.number,
        at=moment.now,
        state_hash=moment.state_hash(),
        view=view,
    )


async def open_copy(share: Share, owner: str) -> tuple[LiveRun, str]:
    """A reader's own copy of a shared moment: a new run with the author's log up to there, paused."""
    saved, log = await _captured(share)
    row = saved.row
    return await runs.start(row.config, int(row.seed), row.title, "", owner, log, (share.number, share.at))


async def promise_copy(share: Share, owner: str) -> tuple[Run, str]:
    """The same, but built only when the reader's page asks for it: the page shows how far that is."""
    saved, log = await _captured(share)
    return await runs.promise(saved, owner, log, (share.number, share.at), share.state_hash)


async def find(slug: str) -> Share:
    """The link of a slug; the same 404 for a wrong one and for one that is gone."""
    share = await storage.call(storage.find_share, slug)
    if share is None:
        raise Refusal(404, "no such link")
    return share


async def _captured(share: Share) -> tuple[Saved, list[dict[str, Any]]]:
    saved = await storage.call(storage.load, share.run_id, share.branch)
    return saved, [entry for entry in saved.commands if (entry["number"], entry["at"]) <= (share.number, share.at)]
