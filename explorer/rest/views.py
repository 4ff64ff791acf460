"""The explorer's REST API, version 1. Thin: checks the input, calls the run, answers JSON."""

from __future__ import annotations

import json
import secrets
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cluster_core import ENGINE
from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.yaml import ManifestError
from cluster_core.cluster.cluster import NotYetError, PastError
from cluster_core.cluster.command import Command, CommandError
from cluster_core.projection.view import trace_card
from cluster_core.sim.limits import LimitExceeded
from explorer import catalogue, clock, owner, pacing, runs, scenario
from explorer.live import LiveRun
from explorer.models import Run, Share
from explorer.rest.serializers import (
    ClockSerializer,
    CommandSerializer,
    ForkSerializer,
    NewRunSerializer,
    PacketSerializer,
    ShareSerializer,
)

EVENTS_MAX = 500
RUNS_LISTED = 100


def run_card(live: LiveRun) -> dict[str, Any]:
    """A run as the API shows it."""
    live.projector.update(live.cluster.world, live.cluster.trace)
    base = f"/api/v1/runs/{live.id}/"
    here = live.clock()
    return {
        "id": live.id,
        "title": live.title,
        "seed": str(live.cluster.seed),
        "now": here["now"],
        "event": here["number"],
        "head": {"now": here["head_now"], "event": here["head_number"]},
        "branch": live.branch,
        "branches": live.branches,
        "playing": live.playing,
        "speed": live.speed,
        "mode": here["mode"],
        "state_hash": here["state_hash"],
        "engine": ENGINE,
        "counts": live.projector.cards["counts"],
        "links": {
            "self": base,
            "page": f"/runs/{live.id}/",
            "stream": f"/ws/v1/runs/{live.id}/",
            **{
                name: f"{base}{name}/" for name in ("clock", "commands", "objects", "events", "why", "packets", "forks")
            },
        },
    }


@extend_schema(request=NewRunSerializer, responses={201: dict, 200: list})
@api_view(["GET", "POST"])
def run_list(request: Request) -> Response:
    """GET: the runs of this browser. POST {scenario?, seed?, config?, title?, play?}: start one."""
    if request.method == "GET":
        mine = Run.objects.filter(owner_hash=runs.hashed(request.COOKIES.get(owner.COOKIE, ""))).order_by("-created")
        fields = ("id", "title", "seed", "branch", "number", "at", "engine")
        return Response([{name: getattr(row, name) for name in fields} for row in mine[:RUNS_LISTED]])
    given = _checked(NewRunSerializer, request)
    cookie = request.COOKIES.get(owner.COOKIE, "") or owner.new_owner()
    live, token = async_to_sync(_start)(given, cookie)
    response = Response({**run_card(live), "token": token}, status=status.HTTP_201_CREATED)
    owner.remember(response, cookie, secure=request.is_secure())
    return response


@extend_schema(responses=dict)
@api_view(["GET"])
def run_detail(request: Request, run_id: str) -> Response:
    """Where a run is: time, event, branch, state hash, counts, links."""
    return Response(run_card(_live(run_id)))


@extend_schema(request=ClockSerializer, responses=dict)
@api_view(["POST"])
def run_clock(request: Request, run_id: str) -> Response:
    """Play, pause, step, seek, speed, advance; answers when done, with the run."""
    live = _owned(request, run_id)
    call = {name: value for name, value in _checked(ClockSerializer, request).items() if value is not None}
    try:
        more = async_to_sync(clock.carry_out)(live, call)
    except (clock.ClockError, NotYetError, LimitExceeded) as error:
        raise ParseError(str(error)) from error
    live.publish()
    return Response({**run_card(live), **more})


@extend_schema(request=CommandSerializer, responses=dict)
@api_view(["POST"])
def run_commands(request: Request, run_id: str) -> Response:
    """Apply, delete, scale or break something; answers per object what kubectl would print."""
    live = _owned(request, run_id)
    fields = dict(_checked(CommandSerializer, request))
    kind, client_id = fields.pop("kind"), fields.pop("client_id", "") or ""
    in_past, wait = fields.pop("in_past"), fields.pop("wait")
    given = Command(kind, {name: value for name, value in fields.items() if value is not None}, client_id=client_id)
    try:
        given.parsed()
        results = async_to_sync(_command)(live, given, in_past, wait)
    except ManifestError as error:
        return Response(
            {"error": str(error), "line": error.line, "column": error.column}, status=status.HTTP_400_BAD_REQUEST
        )
    except (CommandError, LimitExceeded) as error:
        raise ParseError(str(error)) from error
    except PastError as error:
        return Response({"error": str(error)}, status=status.HTTP_409_CONFLICT)
    live.publish()
    done = results is not None
    answer = {"results": results or [], "answered": done, "event": live.cluster.number, "now": live.cluster.now}
    return Response(answer, status=status.HTTP_200_OK if done else status.HTTP_202_ACCEPTED)


@extend_schema(parameters=[OpenApiParameter(name, str) for name in ("kind", "namespace", "name")], responses=dict)
@api_view(["GET"])
def run_objects(request: Request, run_id: str) -> Response:
    """Kubernetes objects as JSON: ?kind=pods&namespace=default&name=web."""
    live = _live(run_id)
    try:
        kind = by_resource(request.query_params.get("kind", "pods").lower())
    except ApiError as error:
        raise ParseError(error.message) from error
    namespace, name = request.query_params.get("namespace"), request.query_params.get("name")
    items = [
        obj
        for obj in live.cluster.world.objects(kind.resource).values()
        if (not namespace or obj["metadata"].get("namespace") == namespace)
        and (not name or obj["metadata"]["name"] == name)
    ]
    return Response({"items": items})


@extend_schema(parameters=[OpenApiParameter("since", int), OpenApiParameter("limit", int)], responses=dict)
@api_view(["GET"])
def run_events(request: Request, run_id: str) -> Response:
    """The trace after event `since`, oldest first, at most 500 entries; `next` continues."""
    live = _live(run_id)
    since, limit = _number(request, "since", 0), min(_number(request, "limit", EVENTS_MAX), EVENTS_MAX)
    trace = live.cluster.trace
    start = trace.until(min(since, live.cluster.head_number))
    entries = trace.entries[start : start + limit]
    language = catalogue.language(request)
    cards = [{**trace_card(entry), "text": catalogue.sentence(language, entry)} for entry in entries]
    return Response({"items": cards, "next": entries[-1].number if start + limit < len(trace.entries) else None})


@extend_schema(
    parameters=[OpenApiParameter("object", str), OpenApiParameter("event", int), OpenApiParameter("lang", str)],
    responses=dict,
)
@api_view(["GET"])
def run_why(request: Request, run_id: str) -> Response:
    """The chain of causes of the last thing that happened to ?object=pod/default/web-… (or of ?event=), oldest first."""
    live = _live(run_id)
    trace, number = live.cluster.trace, _number(request, "event", 0)
    target = request.query_params.get("object", "")
    if target:
        entries = trace.entries[: trace.until(live.cluster.number)]
        number = next((entry.number for entry in reversed(entries) if entry.params.get("object") == target), 0)
    if not 0 < number <= live.cluster.head_number:
        raise NotFound(f"nothing is recorded about {target or 'that event'} up to this moment")
    language = catalogue.language(request)
    chain = [{**trace_card(entry), "text": catalogue.sentence(language, entry)} for entry in trace.chain(number)]
    return Response({"object": target, "event": number, "chain": chain})


@extend_schema(request=PacketSerializer, responses=dict)
@api_view(["POST"])
def run_packets(request: Request, run_id: str) -> Response:
    """The hops of a packet from a pod to a pod, a Service or an address, computed from the network state of this moment."""
    live = _live(run_id)
    given = _checked(PacketSerializer, request)
    try:
        return Response(live.cluster.world.send_packet(given["from"], given["to"], given["protocol"], given["port"]))
    except LookupError as error:
        raise ParseError(str(error.args[0])) from error


@extend_schema(request=ForkSerializer, responses={201: dict})
@api_view(["POST"])
def run_forks(request: Request, run_id: str) -> Response:
    """Another branch from any recorded event (default: the playhead); or {branch}: go to an existing branch."""
    live = _owned(request, run_id)
    given = _checked(ForkSerializer, request)
    pacing.pause(live)
    try:
        if given.get("branch"):
            async_to_sync(runs.switch)(live, given["branch"])
        else:
            async_to_sync(runs.fork)(live, given.get("event"))
    except runs.UnknownRun as error:
        raise NotFound(f"no branch {given['branch']!r}") from error
    except NotYetError as error:
        raise ParseError(str(error)) from error
    live.publish()
    return Response(run_card(live), status=status.HTTP_201_CREATED)


@extend_schema(request=ShareSerializer, responses={201: dict})
@api_view(["POST"])
def share_list(request: Request) -> Response:
    """A link to a moment. Opening it gives the reader a copy; the author's run does not change."""
    given = _checked(ShareSerializer, request)
    live = _owned(request, given["run"])
    number = given.get("event")
    number = live.cluster.number if number is None else number
    if not 0 <= number <= live.cluster.head_number:
        raise ParseError(f"event {number} has not happened: the head is event {live.cluster.head_number}")
    at_playhead = number == live.cluster.number
    moment = live.cluster if at_playhead else live.cluster.fork(number)
    async_to_sync(runs.save_head)(live)
    share = Share.objects.create(
        slug=secrets.token_urlsafe(12),
        run_id=live.id,
        branch=live.branch,
        number=number,
        at=moment.now,
        state_hash=moment.state_hash(),
        view={name: given[name] for name in ("view", "selection", "language") if given.get(name)},
    )
    return Response(_share_card(share), status=status.HTTP_201_CREATED)


@extend_schema(responses=dict)
@api_view(["GET", "POST"])
def share_detail(request: Request, slug: str) -> Response:
    """GET: what a link captures. POST: open it as the reader's own copy, paused at that moment."""
    try:
        share = Share.objects.select_related("run").get(slug=slug)
    except Share.DoesNotExist as error:
        raise NotFound("no such link") from error
    if request.method == "GET":
        return Response(_share_card(share))
    cookie = request.COOKIES.get(owner.COOKIE, "") or owner.new_owner()
    live, token = async_to_sync(runs.open_share)(share, cookie)
    same = live.cluster.state_hash() == share.state_hash
    answer = {**run_card(live), "token": token, "share": _share_card(share), "same_history": same}
    response = Response(answer, status=status.HTTP_201_CREATED)
    owner.remember(response, cookie, secure=request.is_secure())
    return response


@extend_schema(responses=list)
@api_view(["GET"])
def scenario_list(request: Request) -> Response:
    """The scenarios that come with the explorer."""
    return Response([found.card() for found in scenario.all_scenarios()])


async def _start(given: dict[str, Any], cookie: str) -> tuple[LiveRun, str]:
    config, seed, title = dict(given.get("config") or {}), given.get("seed"), given.get("title", "")
    name = given.get("scenario") or ""
    if name:
        found = scenario.named(name)
        if found is None:
            raise ValidationError({"scenario": f"no scenario {name!r}"})
        config = {**found.config, **config}
        title = title or found.title["en"]
        seed = found.seed if seed is None else seed
    seed = secrets.randbits(63) if seed is None else seed
    try:
        live, token = await runs.start(config, seed, title, name, cookie)
    except (LimitExceeded, ValueError, TypeError) as error:
        raise ValidationError({"config": str(error)}) from error
    if given.get("play"):
        pacing.play(live)
    return live, token


async def _command(live: LiveRun, given: Command, in_past: str, wait: bool) -> list[dict[str, Any]] | None:
    await runs.at_head(live, given, in_past)
    return await runs.command(live, given, wait)


def _live(run_id: str) -> LiveRun:
    try:
        return async_to_sync(runs.find)(run_id)
    except runs.UnknownRun as error:
        raise NotFound(str(error)) from error


def _owned(request: Request, run_id: str) -> LiveRun:
    live = _live(run_id)
    token, cookie = owner.owner_of_request(request._request)
    if not runs.may_change(Run.objects.get(pk=run_id), token, cookie):
        raise PermissionDenied(
            "only the browser that started this run, or its token, may change it; fork a share link for your own copy"
        )
    return live


def _checked(serializer: Any, request: Request) -> dict[str, Any]:
    try:
        data = request.data
    except RecursionError as error:
        raise ParseError("JSON is nested too deeply") from error
    if not isinstance(data, dict):
        raise ParseError("expected a JSON object")
    unknown = sorted(set(data) - set(serializer().fields))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "unknown field"))
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ParseError(f"{name} must be a whole number")
    return int(text)


def _share_card(share: Share) -> dict[str, Any]:
    return {
        "slug": share.slug,
        "url": f"{settings.PUBLIC_URL}/s/{share.slug}/",
        "title": share.run.title,
        "branch": share.branch,
        "event": share.number,
        "at": share.at,
        "state_hash": share.state_hash,
        "engine": share.run.engine,
        "view": json.loads(json.dumps(share.view)),
    }
