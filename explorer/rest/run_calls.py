"""Calls about runs: start, list, look, move the clock, give commands, fork."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response

from cluster_core.sim.limits import LimitExceeded
from explorer import change, clock, limits, owner, pacing, runs, scenario, storage
from explorer.rest.answers import (
    ClockAnswerSerializer,
    CommandAnswerSerializer,
    NewRunAnswerSerializer,
    RunListSerializer,
    RunSerializer,
    ScenarioSerializer,
)
from explorer.rest.call import Asked, get, post
from explorer.rest.serializers import ClockSerializer, CommandSerializer, ForkSerializer, NewRunSerializer

RUNS_LISTED = 100


@get(RunListSerializer)
async def list_runs(asked: Asked) -> Response:
    """The runs of this browser, newest first."""
    if not asked.cookie:
        return Response({"items": []})
    rows = await storage.call(storage.runs_of, runs.hashed(asked.cookie), RUNS_LISTED)
    items = []
    for row in rows:
        live = runs.in_memory(row.id)
        items.append(live.card() if live is not None else {**row.card, "playing": False})
    return Response({"items": [item for item in items if "id" in item]})


@post(NewRunSerializer, NewRunAnswerSerializer, 201)
async def start_run(asked: Asked) -> Response:
    """Start a run: a booted, quiet cluster, paused at time 0 unless `play`. Keep the token: it is shown this once."""
    config, seed, title, name = _wanted(asked.given)
    cookie = asked.cookie or owner.new_owner()
    await limits.spend("runs", settings.RUNS_PER_HOUR, asked.address, cookie)
    try:
        live, token = await runs.start(config, seed, title, name, cookie)
    except (LimitExceeded, ValueError) as error:
        raise ValidationError({"config": str(error)}) from error
    if asked.given["play"]:
        pacing.play(live)
    return remembered(asked, cookie, {**live.card(), "token": token})


@get(RunSerializer)
async def show_run(asked: Asked, run_id: str) -> Response:
    """Where a run is: time, event, branch, state hash, counts, links."""
    return Response((await asked.run(run_id)).card())


@post(ClockSerializer, ClockAnswerSerializer)
async def move_clock(asked: Asked, run_id: str) -> Response:
    """play | pause | step {count, unit: event or step} | seek {at or event} | speed {factor} | advance {by, or until with limit}.

    Answers when it is done, with the run. `until` takes all-deployments-available, all-pods-ready, or a condition such as
    deployment('web').status.availableReplicas == 3.
    """
    live = await asked.own_run(run_id)
    more = await clock.carry_out(live, {name: value for name, value in asked.given.items() if value is not None})
    live.publish()
    return Response({**live.card(), **more})


@post(CommandSerializer, CommandAnswerSerializer, 200, {202: CommandAnswerSerializer})
async def give_command(asked: Asked, run_id: str) -> Response:
    """Apply, delete, scale or break something; answers per object what kubectl would print.

    A repeated `client_id` changes nothing and gives the first answer again, also after a restart of the server.
    """
    live = await asked.own_run(run_id)
    given, in_past, wait = asked.given["command"], asked.given["in_past"], asked.given["wait"]

    async def carried_out() -> dict[str, Any]:
        results = await change.command(live, given, in_past, wait)
        place = {"event": live.cluster.number, "now": live.cluster.now, "branch": live.branch}
        return {"results": results or [], "answered": results is not None, **place}

    answer = await live.alone(carried_out)
    live.publish()
    return Response(answer, status=200 if answer["answered"] else 202)


@post(ForkSerializer, RunSerializer, 201)
async def fork_run(asked: Asked, run_id: str) -> Response:
    """Another branch from any recorded event (default: the playhead); or {branch}: go to an existing branch."""
    live = await asked.own_run(run_id)
    branch, event = asked.given.get("branch"), asked.given.get("event")
    pacing.pause(live)
    if branch:
        if branch not in [known["name"] for known in live.branches]:
            raise NotFound(f"no branch {branch!r}")
        await live.alone(lambda: change.switch(live, branch))
    else:
        await live.alone(lambda: change.fork(live, event))
    live.publish()
    return Response(live.card(), status=201)


@get(ScenarioSerializer(many=True))
async def list_scenarios(_asked: Asked) -> Response:
    """The scenarios that come with the explorer."""
    return Response([found.card() for found in scenario.all_scenarios()])


def remembered(asked: Asked, cookie: str, answer: dict[str, Any], status: int = 201) -> Response:
    """An answer that lets this browser change what it has just made."""
    response = Response(answer, status=status)
    owner.remember(response, cookie, secure=asked.request.is_secure())
    return response


def _wanted(given: dict[str, Any]) -> tuple[dict[str, Any], int, str, str]:
    config, seed, title = dict(given.get("config") or {}), given.get("seed"), given.get("title", "")
    name = given.get("scenario") or ""
    if name:
        found = scenario.named(name)
        if found is None:
            known = ", ".join(one.id for one in scenario.all_scenarios())
            raise ValidationError({"scenario": f"no scenario {name!r}: there are {known}"})
        config = {**found.config, **config}
        title = title or found.title["en"]
        seed = found.seed if seed is None else seed
    return config, secrets.randbits(63) if seed is None else seed, title, name
