"""The live runs of this process: start, find (rebuilt from the log after a restart), command, seek, fork.

All functions that touch a cluster run on the event loop; the database is used through `sync_to_async`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction

from cluster_core import ENGINE
from cluster_core.cluster.cluster import Cluster, PastError
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from explorer.live import LiveRun
from explorer.models import Branch, LoggedCommand, Run

LIVE_MAX = 40

_live: OrderedDict[str, LiveRun] = OrderedDict()
_answers_max = 1_000


class UnknownRun(Exception):
    """No run of that id."""


def hashed(secret: str) -> str:
    """How secrets are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def may_change(run: Run, token: str, owner: str) -> bool:
    """Whether a bearer token or a browser's owner cookie is the creator's."""
    by_token = bool(token) and hmac.compare_digest(hashed(token), run.token_hash)
    by_cookie = bool(owner) and hmac.compare_digest(hashed(owner), run.owner_hash)
    return by_token or by_cookie


def live_runs() -> list[LiveRun]:
    """The runs in memory."""
    return list(_live.values())


async def start(config: dict[str, Any], seed: int, title: str, scenario: str, owner: str) -> tuple[LiveRun, str]:
    """Create a run at time 0 of a booted cluster; returns it with its secret token."""
    cluster = Cluster(config_from(config), seed)
    token = secrets.token_urlsafe(32)
    run_id = secrets.token_hex(8)
    live = LiveRun(run_id, title, "main", cluster)
    row = Run(
        id=run_id,
        title=title,
        scenario=scenario,
        config=config,
        seed=str(seed),
        token_hash=hashed(token),
        owner_hash=hashed(owner),
        engine=ENGINE,
    )
    live.branches = await sync_to_async(_create)(row)
    _keep(live)
    return live, token


async def find(run_id: str) -> LiveRun:
    """The live run of an id, rebuilt from its log if this process does not have it; raises `UnknownRun`."""
    live = _live.get(run_id)
    if live is None:
        row, branch, commands, branches = await sync_to_async(_load)(run_id)
        live = _live.get(run_id) or LiveRun(run_id, row.title, branch.name, _rebuild(row, branch, commands))
        live.branches = branches
        live.cluster.seek(number=min(row.number, live.cluster.head_number))
        live.saved = (branch.name, branch.head_number, branch.head_at)
    _keep(live)
    return live


async def command(live: LiveRun, given: Command, wait: bool) -> list[dict[str, Any]] | None:
    """Enter a command at the head, durably; with `wait` virtual time moves the few ms until it is answered."""
    if given.client_id and given.client_id in live.answers:
        return live.answers[given.client_id]
    index = live.cluster.apply(given)
    await sync_to_async(_log)(live.id, live.branch, given)
    if not wait:
        return None
    results = live.cluster.run_until_answered(index)
    answer = results if results is not None else [TIMED_OUT]
    if given.client_id:
        live.answers[given.client_id] = answer
        while len(live.answers) > _answers_max:
            del live.answers[next(iter(live.answers))]
    await save_head(live)
    return answer


TIMED_OUT = {
    "object": "",
    "message": "Unable to connect to the server: the cluster has not answered within a minute of its time",
    "error": "Timeout",
}


async def fork(live: LiveRun, number: int | None = None) -> str:
    """Leave the current branch at an event (default: the playhead) and go on in a new one; returns its name."""
    twin = live.cluster.fork(number)
    parent, name = live.branch, f"main·fork-{len(live.branches)}"
    row = {"fork_number": twin.number, "fork_at": twin.now, "head_number": twin.number, "head_at": twin.now}
    await save_head(live)
    live.branches = await sync_to_async(_fork)(live.id, parent, name, row, [entry.to_log() for entry in twin.commands])
    live.cluster, live.branch = twin, name
    live.new_epoch()
    await save_head(live)
    return name


async def switch(live: LiveRun, name: str) -> None:
    """Show another branch of the run, at its head."""
    if name == live.branch:
        return
    await save_head(live)
    row, branch, commands, branches = await sync_to_async(_load)(live.id, name)
    live.cluster, live.branch, live.branches = _rebuild(row, branch, commands), name, branches
    live.new_epoch()
    await save_head(live)


async def at_head(live: LiveRun, given: Command, in_past: str) -> None:
    """Before a change: in the past, fork there ("fork"), go to the head ("head"), or refuse with `PastError`."""
    if not live.cluster.in_past:
        return
    if in_past == "fork":
        await fork(live)
    elif in_past == "head":
        live.cluster.seek(number=live.cluster.head_number)
        live.new_epoch()
    else:
        raise PastError("this moment is in the past: fork here, or go to the head and do it there")


async def save_head(live: LiveRun) -> None:
    """Remember how far the branch has been and where the playhead is, so that a killed server comes back there."""
    cluster = live.cluster
    head = (live.branch, cluster.head_number, cluster.head_now)
    playhead = (cluster.number, cluster.now)
    for branch in live.branches:
        if branch["name"] == live.branch:
            branch["head_number"], branch["head_at"] = head[1], head[2]
    live.saved = head
    await sync_to_async(_save_head)(live.id, head, playhead)


def config_from(data: dict[str, Any]) -> ClusterConfig:
    """The cluster config of a stored run."""
    known = {
        name: data[name] for name in ("nodes", "node_cpu", "node_memory", "etcd_members", "runtime") if name in data
    }
    return ClusterConfig(**known, objects=tuple(data.get("objects", ())), script=tuple(data.get("script", ())))


def _keep(live: LiveRun) -> None:
    _live[live.id] = live
    _live.move_to_end(live.id)
    for other in list(_live.values()):
        if len(_live) <= LIVE_MAX:
            break
        if not other.hub.viewers and not other.playing and other is not live:
            del _live[other.id]


def _rebuild(row: Run, branch: Branch, commands: list[dict[str, Any]]) -> Cluster:
    cluster = Cluster(config_from(row.config), int(row.seed), [Command.from_log(entry) for entry in commands])
    cluster.replay(branch.head_number, branch.head_at)
    return cluster


def _branch_cards(run: Run) -> list[dict[str, Any]]:
    fields = ("name", "parent", "fork_number", "fork_at", "head_number", "head_at")
    return [{name: getattr(branch, name) for name in fields} for branch in run.branches.order_by("id")]


@transaction.atomic
def _create(row: Run) -> list[dict[str, Any]]:
    row.save(force_insert=True)
    Branch.objects.create(run=row, name="main")
    return _branch_cards(row)


def _load(run_id: str, name: str = "") -> tuple[Run, Branch, list[dict[str, Any]], list[dict[str, Any]]]:
    try:
        row = Run.objects.get(pk=run_id)
        branch = row.branches.get(name=name or row.branch)
    except (Run.DoesNotExist, Branch.DoesNotExist) as error:
        raise UnknownRun(f"no run {run_id!r}") from error
    return row, branch, [logged.entry for logged in branch.commands.all()], _branch_cards(row)


def _log(run_id: str, name: str, given: Command) -> None:
    branch = Branch.objects.get(run_id=run_id, name=name)
    LoggedCommand.objects.create(branch=branch, index=given.index, client_id=given.client_id, entry=given.to_log())


@transaction.atomic
def _fork(
    run_id: str, parent: str, name: str, row: dict[str, int], entries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    branch = Branch.objects.create(run_id=run_id, name=name, parent=parent, **row)
    LoggedCommand.objects.bulk_create(
        LoggedCommand(branch=branch, index=index, client_id=entry["client_id"], entry=entry)
        for index, entry in enumerate(entries)
    )
    return _branch_cards(Run.objects.get(pk=run_id))


@transaction.atomic
def _save_head(run_id: str, head: tuple[str, int, int], playhead: tuple[int, int]) -> None:
    name, number, at = head
    Branch.objects.filter(run_id=run_id, name=name).update(head_number=number, head_at=at)
    Run.objects.filter(pk=run_id).update(branch=name, number=playhead[0], at=playhead[1])


async def open_share(share: Any, owner: str) -> tuple[LiveRun, str]:
    """A reader's own copy of a shared moment: a new run with the author's log up to there, paused."""
    row, _branch, commands, _branches = await sync_to_async(_load)(share.run_id, share.branch)
    kept = [
        entry
        for entry in commands
        if entry["number"] < share.number or (entry["number"] == share.number and entry["at"] <= share.at)
    ]
    live, token = await start(row.config, int(row.seed), row.title, row.scenario, owner)
    live.cluster.commands.extend(Command.from_log(entry) for entry in kept)
    for index, given in enumerate(live.cluster.commands):
        given.index = index
        await sync_to_async(_log)(live.id, live.branch, given)
    live.cluster.replay(share.number, share.at)
    await save_head(live)
    return live, token
