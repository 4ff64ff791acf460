"""What changes a run: commands, forks, seeks, going to another branch.

Each function is one change under `LiveRun.alone`. A command is written down before it enters the core, with the head, in
one transaction: whatever anybody has seen of it is in the log, and a server that was killed comes back to it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.cluster import Cluster, PastError
from cluster_core.cluster.command import OF_CLIENTS, Command
from explorer import metrics, pacing, runs, storage
from explorer.live import LiveRun
from explorer.refusal import Refusal
from explorer.saving import save_head

BRANCHES_MAX = 50

Answer = list[dict[str, Any]]


async def command(live: LiveRun, given: Command, in_past: str, wait: bool) -> Answer | None:
    """Enter a command at the head, durably; with `wait` virtual time moves the few ms until it is answered.

    `in_past` says what to do before the head: "fork" there, go to the "head", or "refuse". None: not answered yet.
    """
    known = await storage.call(storage.find_command, live.id, given.client_id) if given.client_id else None
    if known is not None:
        return await _again(live, known)
    await _to_head(live, in_past)
    live.cluster.admit(given)
    if live.kept:
        await storage.call(storage.log_command, live.id, live.branch, given.index, given.to_log())
    index = live.cluster.apply(given)
    metrics.COMMANDS.labels(given.kind).inc()
    if not wait:
        await save_head(live)
        return None
    if given.kind in OF_CLIENTS:
        # Clients write many times a second. Who rebuilds the run lets its last request be answered, as it was here.
        live.unsaved = True
        return await _answered(live, index, keep=False)
    answer = await _answered(live, index, keep=bool(given.client_id))
    await save_head(live)
    return answer


async def fork(live: LiveRun, number: int | None = None) -> str:
    """Leave the current branch at an event (default: the playhead) and go on in a new one; returns its name."""
    if len(live.branches) >= BRANCHES_MAX:
        raise Refusal(409, f"a run has at most {BRANCHES_MAX} branches: start another run, or share this moment")
    twin, moment = live.cluster.begin_fork(number)
    await pacing.approach(twin, moment, "seek", live.progress)
    await save_head(live)
    parent, name = live.branch, f"main·fork-{len(live.branches)}"
    log = [entry.to_log() for entry in twin.commands]
    live.branches = await storage.call(storage.add_branch, live.id, parent, name, twin.number, twin.now, log)
    await _stand_on(live, name, twin)
    return name


async def switch(live: LiveRun, name: str) -> None:
    """Show another branch of the run, at its head."""
    if name == live.branch:
        return
    await save_head(live)
    saved = await storage.call(storage.load, live.id, name)
    cluster = await runs.rebuild(saved, live.progress)
    live.branches = saved.branches
    await _stand_on(live, name, cluster)


async def seek(live: LiveRun, at: int | None = None, number: int | None = None) -> None:
    """Move the playhead within recorded history."""
    with live.unsettled():
        moment = live.cluster.begin_seek(at, number)
        await pacing.approach(live.cluster, moment, "seek", live.progress)
    live.new_epoch()


async def _to_head(live: LiveRun, in_past: str) -> None:
    if not live.cluster.in_past:
        return
    if in_past == "fork":
        await fork(live)
    elif in_past == "head":
        await seek(live, number=live.cluster.head_number)
    else:
        raise PastError("this moment is in the past: fork here, or go to the head and do it there")


async def _again(live: LiveRun, known: Any) -> Answer | None:
    """A command that was given before: its answer, which may not have been written down when the server was killed."""
    if known.answer is not None or known.branch.name != live.branch:
        answer: Answer | None = known.answer
        return answer
    return await _answered(live, known.index, keep=True)


async def _answered(live: LiveRun, index: int, keep: bool) -> Answer | None:
    """Let time move until a command has its answer; None if it has none for 5 s of virtual time.

    With `keep` it is written down: who repeats the command's client id gets it again.
    """
    await pacing.until_answered(live.cluster, index)
    live.moved()
    answer = live.cluster.answer(index)
    if answer is not None and keep:
        await storage.call(storage.log_answer, live.id, live.branch, index, answer)
    return answer


async def _stand_on(live: LiveRun, name: str, cluster: Cluster) -> None:
    live.cluster, live.branch = cluster, name
    live.new_epoch()
    await save_head(live)
