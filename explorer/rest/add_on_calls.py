"""Calls about add-ons: which a cluster has and how they are put into it, and the search in the logs of all containers."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from cluster_core.cluster.add_ons import ADD_ONS, AddOn, yaml_of
from cluster_core.cluster.world import World
from cluster_core.log_collection.query import QueryError, query_of
from explorer.rest.answers import AddOnsSerializer, LogsSerializer
from explorer.rest.call import Asked, get

LINES, LINES_MAX = 300, 1_000


@get(
    LogsSerializer,
    query='words and fields: namespace:shop pod:web* stream:stderr "connection refused" -healthz',
    since="µs",
    until="µs, default and at most: now",
    limit="the newest so many, at most 1000",
)
async def search_logs(asked: Asked, run_id: str) -> Response:
    """Search the cluster's log store at the playhead: the lines of all containers that the collectors have brought there."""
    live = await asked.run(run_id)
    now = live.cluster.now
    limit = min(LINES_MAX, asked.number("limit", LINES))
    try:
        query = query_of(asked.text("query"), asked.number("since", 0) or None, min(now, asked.number("until", now)))
    except QueryError as error:
        raise ParseError(str(error)) from error
    return Response({"now": now, **live.cluster.world.search_logs(query, limit)})


@get(AddOnsSerializer)
async def list_add_ons(asked: Asked, run_id: str) -> Response:
    """The add-ons, whether they are there and Ready, and the manifests of those that can be applied."""
    live = await asked.run(run_id)
    page = f"{asked.site}/runs/{run_id}/"
    return Response({"items": [_shown(live.cluster.world, one, page) for one in ADD_ONS]})


def _shown(world: World, add_on: AddOn, page: str) -> dict[str, Any]:
    there = [world.objects(resource).get(key) for resource, key in add_on.workloads]
    return {
        "name": add_on.name,
        "built_in": add_on.built_in,
        "installed": all(obj is not None for obj in there),
        "ready": all(obj is not None and _is_ready(obj) for obj in there),
        "workloads": [{"resource": resource, "key": key} for resource, key in add_on.workloads],
        "manifest": "" if add_on.built_in else yaml_of(add_on.name, page),
    }


def _is_ready(obj: dict[str, Any]) -> bool:
    """Whether every pod of a Deployment or DaemonSet that should be there is available."""
    status = obj.get("status") or {}
    if obj["kind"] == "DaemonSet":
        wanted = int(status.get("desiredNumberScheduled") or 0)
        return wanted > 0 and status.get("numberAvailable", 0) == wanted
    wanted = int(obj["spec"].get("replicas", 1))
    return wanted > 0 and int(status.get("availableReplicas") or 0) >= wanted
