"""Calls about the schedulers of a run: who waits for what, and one decision in full."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from explorer import pacing
from explorer.live import LiveRun
from explorer.rest.answers import DecisionSerializer, SchedulingSerializer
from explorer.rest.call import Asked, get

NAME_MAX = 253
# A decision in the past costs a copy of the run for a moment: one at a time for each run.
_places: WeakKeyDictionary[LiveRun, asyncio.Semaphore] = WeakKeyDictionary()


@get(SchedulingSerializer)
async def show_scheduling(asked: Asked, run_id: str) -> Response:
    """The queue of every scheduler at the playhead: active, backing off, unschedulable, gated, nominated; the last 50 decisions."""
    live = await asked.run(run_id)
    return Response({"now": live.cluster.now, "schedulers": live.cluster.scheduling()})


@get(
    DecisionSerializer,
    now="1: what would be decided at the playhead, instead of the last decision that was made",
    node="a part of a name: only such nodes, at most 50",
)
async def show_decision(asked: Asked, run_id: str, namespace: str, name: str) -> Response:
    """One scheduling decision in full: every node and plugin, the tie and its draw. The last one about the pod up to the playhead."""
    live = await asked.run(run_id)
    pod, part = f"{namespace}/{name}", asked.text("node").lower()[:NAME_MAX]
    try:
        async with _places.setdefault(live, asyncio.Semaphore(1)):
            twin = None if asked.text("now") else live.cluster.begin_decision(pod, part)
            if twin is None:
                return Response(live.cluster.decision(pod, now=True, part=part))
            await pacing.in_slices(twin.approach)
            return Response(twin.card(part))
    except LookupError as error:
        raise NotFound(str(error.args[0])) from error
