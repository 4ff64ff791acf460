"""Calls about a moment of a run: objects, events, why, packets."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound, ParseError
from rest_framework.response import Response

from cluster_core.api.kinds import by_resource
from cluster_core.cluster.usage import Target
from cluster_core.metrics_server.server import RESOLUTION_US
from cluster_core.projection.traffic import endpoint_spans
from cluster_core.projection.view import trace_card
from cluster_core.sim.trace import Trace, TraceEntry
from explorer import catalogue, density
from explorer.rest.answers import (
    DensitySerializer,
    EventsSerializer,
    JourneySerializer,
    NodeNetworkSerializer,
    ObjectsSerializer,
    TrafficSerializer,
    UsageSerializer,
    WhySerializer,
)
from explorer.rest.call import Asked, get, post
from explorer.rest.serializers import PacketSerializer

EVENTS_MAX = 500
USAGE_US, POINTS_MAX = 600_000_000, 300


@get(ObjectsSerializer, kind="a resource, such as pods or deployments", namespace="all if empty", name="all if empty")
async def list_objects(asked: Asked, run_id: str) -> Response:
    """Kubernetes objects as JSON, as they are at the playhead."""
    live = await asked.run(run_id)
    kind = by_resource((asked.text("kind") or "pods").lower())
    namespace, name = asked.text("namespace"), asked.text("name")
    items = [
        obj
        for obj in live.cluster.world.objects(kind.resource).values()
        if (not namespace or obj["metadata"].get("namespace") == namespace)
        and (not name or obj["metadata"]["name"] == name)
    ]
    return Response({"items": items})


@get(EventsSerializer, since="an event number: entries after it", limit="at most 500", lang="en or zh-Hans")
async def list_events(asked: Asked, run_id: str) -> Response:
    """The trace after event `since`, oldest first. All entries of one event come on one page, so none is lost or doubled."""
    live = await asked.run(run_id)
    since, limit = asked.number("since", 0), min(max(1, asked.number("limit", EVENTS_MAX)), EVENTS_MAX)
    trace, head = live.cluster.trace, live.cluster.head_number
    start, end = trace.until(min(since, head)), trace.until(head)
    stop = min(start + limit, end)
    if stop < end:
        stop = trace.until(trace.entries[stop - 1].number)
    page = trace.entries[start:stop]
    following = page[-1].number if stop < end else None
    items = [_told(entry, trace, asked.language) for entry in page]
    return Response({"items": items, "event": live.cluster.number, "head": head, "next": following})


@get(DensitySerializer, bins="into how many stretches, at most 2000", lang="en or zh-Hans")
async def show_density(asked: Asked, run_id: str) -> Response:
    """How many entries the trace has in each of `bins` equal stretches from 0 to the head, with commands and failures."""
    live = await asked.run(run_id)
    bins = min(max(1, asked.number("bins", 400)), density.BINS_MAX)
    trace, span = live.cluster.trace, live.cluster.head_now
    entries = trace.entries[: trace.until(live.cluster.head_number)]
    counted = density.counts(entries, span, bins)
    marked = [_told(entry, trace, asked.language) for entry in await density.marks(entries, span, bins)]
    return Response({"span": span, "entries": len(entries), "counts": counted, "marks": marked})


@get(WhySerializer, object="pod/default/web-…", event="or an event number", lang="en or zh-Hans")
async def explain(asked: Asked, run_id: str) -> Response:
    """The chain of causes of the last thing that happened to an object up to the playhead, or of an event, oldest first."""
    live = await asked.run(run_id)
    trace, number = live.cluster.trace, asked.number("event", 0)
    target = asked.text("object")
    if target:
        number = _last_about(trace, live.cluster.number, target)
    if not 0 < number <= live.cluster.head_number:
        raise NotFound(f"nothing is recorded about {target or f'event {number}'} up to this moment")
    chain = [_told(entry, trace, asked.language) for entry in trace.chain(number)]
    return Response({"object": target, "event": number, "chain": chain})


@post(PacketSerializer, JourneySerializer)
async def send_packet(asked: Asked, run_id: str) -> Response:
    """The hops of a packet from a pod to a pod, a Service or an address, computed from the network state of this moment."""
    live = await asked.run(run_id)
    given = asked.given
    try:
        journey = live.cluster.world.send_packet(
            given["from"], given["to"], given["protocol"], given["port"], given["attempt"]
        )
    except LookupError as error:
        raise ParseError(str(error.args[0])) from error
    return Response(journey)


@get(NodeNetworkSerializer, node="a Node, or router, lan-client, internet")
async def show_network(asked: Asked, run_id: str) -> Response:
    """What is programmed in a machine's kernel at the playhead: interfaces, routes, neighbours, FDB, sysctls, iptables-save."""
    live = await asked.run(run_id)
    try:
        return Response(live.cluster.world.node_network(asked.text("node")))
    except LookupError as error:
        raise NotFound(str(error.args[0])) from error


@get(TrafficSerializer, namespace="default if empty", pod="its name")
async def show_traffic(asked: Asked, run_id: str) -> Response:
    """When the EndpointSlices listed a pod for its Services, up to the playhead."""
    live = await asked.run(run_id)
    namespace = asked.text("namespace") or "default"
    return Response({"spans": endpoint_spans(live.cluster.world, live.cluster.trace, namespace, asked.text("pod"))})


@get(
    UsageSerializer,
    node="a Node, * for all; else pods",
    namespace="all if empty",
    pod="all if empty",
    begin="µs, default: ten minutes ago",
    end="µs, default and at most: now",
    points="how many, at most 300",
    scrapes="1: at the scrapes of metrics-server, if it runs",
)
async def show_usage(asked: Asked, run_id: str) -> Response:
    """CPU and memory of a node, or of pods and their containers, in equal steps up to the playhead, or as metrics-server sampled them."""
    live = await asked.run(run_id)
    now = live.cluster.now
    end = min(asked.number("end", now), now)
    begin = min(asked.number("begin", max(0, end - USAGE_US)), end)
    step = max(1_000, (end - begin) // min(max(1, asked.number("points", 60)), POINTS_MAX))
    scraped = live.cluster.world.last_scrape() if asked.text("scrapes") else None
    if scraped is not None:
        # What `kubectl top` tells is the last of these points.
        count = min(POINTS_MAX, max(1, (scraped - begin) // RESOLUTION_US))
        begin, end, step = scraped - count * RESOLUTION_US, scraped, RESOLUTION_US
    target = Target(asked.text("node"), asked.text("namespace"), asked.text("pod"))
    try:
        rows = live.cluster.world.usage(target, begin, end, step)
    except LookupError as error:
        raise NotFound(str(error.args[0])) from error
    return Response({"step": step, "scraped": scraped, "rows": rows})


def _last_about(trace: Trace, number: int, target: str) -> int:
    for place in range(trace.until(number) - 1, -1, -1):
        entry = trace.entries[place]
        if entry.params.get("object") == target:
            return entry.number
    return 0


def _told(entry: TraceEntry, trace: Trace, language: str) -> dict[str, Any]:
    return {**trace_card(entry, trace), "text": catalogue.sentence(language, entry)}
