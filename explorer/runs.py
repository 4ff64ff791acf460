"""The live runs of this process: start, find (rebuilt from the log after a restart), make room.

Only coroutines on the event loop touch a live run; the database is asked through `storage`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from cluster_core import ENGINE
from cluster_core.cluster.cluster import Cluster, NotYetError
from cluster_core.cluster.command import OF_CLIENTS, Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.world import begin_boot, continue_boot
from explorer import pacing, storage
from explorer.live import LiveRun
from explorer.models import Run
from explorer.progress import Report, Told
from explorer.protocol import Notice, Progress
from explorer.refusal import Refusal
from explorer.saving import save_head
from explorer.storage import Saved

RETRY_S = 30
logger = logging.getLogger(__name__)

_live: OrderedDict[str, LiveRun] = OrderedDict()
_opening: dict[str, _Opening] = {}
# Runs that are being built: they count, so that twenty requests at once cannot all find the last free place.
_building = 0


def hashed(secret: str) -> str:
    """How secrets are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def may_change(run: Run | LiveRun, token: str, owner: str) -> bool:
    """Whether a bearer token or a browser's owner cookie is the creator's."""
    by_token = bool(token) and hmac.compare_digest(hashed(token), run.token_hash)
    by_cookie = bool(owner) and hmac.compare_digest(hashed(owner), run.owner_hash)
    return by_token or by_cookie


def live_runs() -> list[LiveRun]:
    """The runs in memory, the longest unused first."""
    return list(_live.values())


def in_memory(run_id: str) -> LiveRun | None:
    """The live run of an id if this process has it."""
    return _live.get(run_id)


async def start(
    config: dict[str, Any],
    seed: int,
    title: str,
    scenario: str,
    owner: str,
    commands: list[dict[str, Any]] | None = None,
    moment: tuple[int, int] = (0, 0),
) -> tuple[LiveRun, str]:
    """Create a run of a booted cluster, at time 0 or with a log replayed to a moment; returns it with its secret token."""
    global _building
    log = commands or []
    row, token = _new(owner, title=title, scenario=scenario, config=config, seed=str(seed), engine=ENGINE)
    parsed = config_from(config)
    await _make_room(row.owner_hash)
    _building += 1
    try:
        cluster = await build(parsed, seed, log, moment)
        branches = await storage.call(storage.create, row, log, *moment)
    finally:
        _building -= 1
    live = _keep(row, "main", cluster, branches)
    await live.alone(lambda: save_head(live))
    return live, token


async def promise(
    saved: Saved, owner: str, log: list[dict[str, Any]], moment: tuple[int, int], state_hash: str
) -> tuple[Run, str]:
    """Write down a copy of a run up to a moment; it is built when somebody asks for it, who sees how far that is.

    `state_hash` is what it will have there, if this model is the one that it was recorded with. Returns it with its token.
    """
    of = saved.row
    row, token = _new(owner, title=of.title, config=of.config, seed=of.seed, engine=of.engine)
    row.number, row.at = moment
    row.card = {"state_hash": state_hash}
    await _make_room(row.owner_hash)
    await storage.call(storage.create, row, log, *moment)
    return row, token


async def find(run_id: str, told: Told | None = None) -> LiveRun:
    """The live run of an id, rebuilt from its log if this process does not have it; raises `UnknownRun`.

    `told` hears how far the rebuilding is, also when somebody else has begun it.
    """
    if run_id not in _live:
        opening = _opening.setdefault(run_id, _Opening())
        try:
            with opening.heard_by(told):
                async with opening.lock:
                    if run_id not in _live:
                        await _open(run_id, opening.tell)
        finally:
            _opening.pop(run_id, None)
    live = _live[run_id]
    _live.move_to_end(run_id)
    live.used = time.monotonic()
    return live


async def build(
    config: ClusterConfig, seed: int, log: list[dict[str, Any]], moment: tuple[int, int], told: Told | None = None
) -> Cluster:
    """Boot a cluster and replay a log to a moment (event number, µs), in slices; `told` hears how far it is."""
    world, report = begin_boot(config, seed), Report("boot", told)

    def work(budget: int) -> bool:
        report.at(world.sim.number)
        return continue_boot(world, budget)

    await pacing.in_slices(work)
    cluster = Cluster(config, seed, [Command.from_log(entry) for entry in log], world)
    target = cluster.begin_replay(*moment)
    try:
        await pacing.approach(cluster, target, "rebuild", told)
    except NotYetError as error:
        # Written by another version of the model: what this one makes of the log ends earlier.
        logger.warning("%s", error)
    return cluster


async def rebuild(saved: Saved, told: Told | None = None) -> Cluster:
    """A branch at its head, from its log."""
    return await build(
        config_from(saved.row.config),
        int(saved.row.seed),
        saved.commands,
        (saved.branch.head_number, saved.branch.head_at),
        told,
    )


async def forget(live: LiveRun) -> bool:
    """Take an idle run out of memory; it is rebuilt on demand. False if somebody uses it."""
    if _busy(live):
        return False
    await live.alone(lambda: save_head(live))
    if _busy(live) or _live.get(live.id) is not live:
        return False
    del _live[live.id]
    return True


def _new(owner: str, **fields: Any) -> tuple[Run, str]:
    token = secrets.token_urlsafe(32)
    return Run(id=secrets.token_hex(8), token_hash=hashed(token), owner_hash=hashed(owner), **fields), token


def config_from(data: dict[str, Any]) -> ClusterConfig:
    """The cluster config of a stored run; raises `LimitExceeded` or `ValueError` for sizes that cannot be."""
    listed: dict[str, Any] = {name: tuple(data.get(name, ())) for name in ("objects", "script", "storage")}
    sizes = {name: value for name, value in data.items() if name not in listed}
    return ClusterConfig(**sizes, **listed)


class _Opening:
    """A run that is being rebuilt: one does it, the others wait, and all of them hear how far it is."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self._listeners: list[Told] = []

    def tell(self, message: Progress) -> None:
        for told in self._listeners:
            told(message)

    @contextlib.contextmanager
    def heard_by(self, told: Told | None) -> Iterator[None]:
        self._listeners += [told] if told is not None else []
        try:
            yield
        finally:
            if told is not None:
                self._listeners.remove(told)


async def _open(run_id: str, told: Told) -> None:
    global _building
    saved = await storage.call(storage.load, run_id)
    await _make_room("")
    _building += 1
    try:
        cluster = await rebuild(saved, told)
        await _to_playhead(cluster, saved.row, told)
        await _to_last_answer(cluster)
    finally:
        _building -= 1
    live = _keep(saved.row, saved.branch.name, cluster, saved.branches)
    is_new = "id" not in saved.row.card
    if not is_new:
        live.notice = Notice("notice.restored", {"number": cluster.number})
    was, now = saved.row.card.get("state_hash", ""), cluster.state_hash()
    is_there = saved.row.card.get("event", cluster.number) == cluster.number
    if was and is_there and was != now:
        # Another version of the model, or a defect of this one: said, never hidden.
        logger.warning("run %s was %s at event %s and is %s now", run_id, was, saved.row.number, now)
        live.notice = Notice("notice.history-differs", {"number": saved.row.number, "engine": saved.row.engine})
    if is_new:
        await live.alone(lambda: save_head(live))


async def _to_playhead(cluster: Cluster, row: Run, told: Told) -> None:
    number, at = min(row.number, cluster.head_number), min(row.at, cluster.head_now)
    if (number, at) != (cluster.number, cluster.now):
        moment = cluster.begin_seek(at, number)
        await pacing.approach(cluster, moment, "seek", told)


async def _to_last_answer(cluster: Cluster) -> None:
    """The last write of a client was answered before the head was saved: what it saw happens again."""
    last = cluster.commands[-1] if cluster.commands else None
    if last is not None and last.kind in OF_CLIENTS and not cluster.in_past and cluster.answer(last.index) is None:
        await pacing.until_answered(cluster, last.index)


def _keep(row: Run, branch: str, cluster: Cluster, branches: list[dict[str, Any]]) -> LiveRun:
    live = LiveRun(row.id, row.title, branch, cluster, row.incarnation)
    live.token_hash, live.owner_hash, live.branches = row.token_hash, row.owner_hash, branches
    _live[live.id] = live
    return live


def _busy(live: LiveRun) -> bool:
    return bool(live.attended or live.playing or live.users)


async def _make_room(owner_hash: str) -> None:
    """Places are limited per server and per owner; idle runs give theirs up, the longest unused first."""
    mine = [live for live in live_runs() if live.owner_hash == owner_hash]
    for live in list(mine):
        if len(mine) < settings.LIVE_RUNS_PER_OWNER:
            break
        if await forget(live):
            mine.remove(live)
    if len(mine) >= settings.LIVE_RUNS_PER_OWNER:
        raise Refusal(
            429, f"you have {len(mine)} runs that play or are open in a browser: pause or close one first", RETRY_S
        )
    for live in live_runs():
        if len(_live) + _building < settings.LIVE_RUNS:
            return
        await forget(live)
    if len(_live) + _building >= settings.LIVE_RUNS:
        raise Refusal(503, "this server is running as many clusters as it can: try again in a minute", RETRY_S)


def forget_all() -> None:
    """Drop every run from memory as a killed process would, without saving: for tests of what comes back."""
    _live.clear()
