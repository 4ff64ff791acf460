"""Requests for resources: reads are answered out of band at the playhead, writes are commands of the run's log.

Upstream: apiserver `endpoints/handlers/{get,create,update,patch,delete}.go`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.errors import ApiError, method_not_allowed, unknown_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.metric_place import asked_metric, is_metric
from cluster_core.api.place import Place
from cluster_core.api.request import Obj
from cluster_core.api.subresource import Subresource
from cluster_core.cluster.command import Command
from explorer import change
from explorer.kubeapi import answers, bodies, documents, options, tokens, watching
from explorer.kubeapi.credentials import run_of
from explorer.kubeapi.door import ADMIN, ADMIN_GROUPS, Visitor
from explorer.kubeapi.exchange import Exchange, retry_after
from explorer.kubeapi.representation import Representation, chosen

VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
AT_ONCE_BYTES = 64 * 1024


@dataclass(slots=True)
class Asked:
    """A request for a resource: where, by which verb, of which kind; `speaks` is the kind that its body and answer have, `options` are
    those that the path has."""

    place: Place
    verb: str
    kind: Kind
    speaks: str
    command: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


def asked_of(exchange: Exchange, visitor: Visitor, place: Place) -> Asked:
    """What a request asks for. Raises 404 for a resource that is not served, 405 for a method that it does not take."""
    from_path: dict[str, Any] = {}
    if is_metric(place):
        place, from_path = asked_metric(place)
    kind = visitor.live.cluster.world.apiserver.kinds.find(place.resource)
    if kind is None or place.version not in kind.served_versions:
        raise unknown_resource()
    verb = _verb(exchange, place, kind)
    if not kind.namespaced and place.namespace:
        raise unknown_resource()
    subresource = _subresource(kind, place)
    if verb not in (subresource.verbs if subresource is not None else kind.verbs):
        raise method_not_allowed()
    if kind.namespaced and not place.namespace and verb not in ("list", "watch", "deletecollection"):
        # There is no path for an object of a namespace without its namespace.
        raise unknown_resource() if place.name else method_not_allowed()
    return Asked(place, verb, kind, subresource.kind if subresource is not None else kind.kind, options=from_path)


async def serve(exchange: Exchange, visitor: Visitor, asked: Asked) -> None:
    """Carry out a request that is no watch and no other stream."""
    documents.check_up(visitor)
    form = chosen(exchange.header("accept"), exchange.text("includeObject"))
    if asked.verb in ("get", "list"):
        await _read(exchange, visitor, asked, form)
    else:
        await _write(exchange, visitor, asked, form)


def opened_watch(exchange: Exchange, visitor: Visitor, asked: Asked) -> watching.Watching:
    """The watch that a request asks for; one of the old `/watch/` paths may name an object. Raises what refuses it."""
    documents.check_up(visitor)
    form = chosen(exchange.header("accept"), exchange.text("includeObject"))
    found = options.of_read(exchange, lists=True)
    if asked.place.name:
        found["field_selector"] = f"metadata.name={asked.place.name}"
    limit = exchange.number("timeoutSeconds")
    return watching.Watching(visitor.live, asked.kind, _request(visitor, asked, options=found), form, limit)


async def _read(exchange: Exchange, visitor: Visitor, asked: Asked, form: Representation) -> None:
    cluster = visitor.live.cluster
    found = {**options.of_read(exchange, lists=asked.verb == "list"), **asked.options}
    if asked.options:
        found["metric_selector"] = exchange.text("metricLabelSelector" if "kind" in found else "labelSelector")
    response = cluster.read(_request(visitor, asked, options=found))
    await _answer(exchange, visitor, asked, form, response.code, response.body, response.warnings)


async def _is_admins(visitor: Visitor, review: Obj) -> bool:
    """Whether a review is of the token of a kubeconfig of this run, which the simulated cluster does not know."""
    token = (review.get("spec") or {}).get("token")
    return isinstance(token, str) and await run_of(token) == visitor.live.id


async def _write(exchange: Exchange, visitor: Visitor, asked: Asked, form: Representation) -> None:
    given, found = await _given(exchange, asked)
    body = tokens.incoming(visitor.live.id, given)
    if not asked.kind.stored or found.get("dry_run"):
        response = visitor.live.cluster.read(_request(visitor, asked, body=body, options=found))
        told = tokens.restored(given, response.body)
        if told.get("kind") == "TokenReview" and await _is_admins(visitor, told):
            told = tokens.known(told, ADMIN, ADMIN_GROUPS)
        await _answer(exchange, visitor, asked, form, response.code, told, response.warnings)
        return
    live = visitor.live
    command = Command("request", _params(exchange, visitor, asked, body, found))

    async def carried_out() -> Any:
        return await change.command(live, command, "fork", wait=True)

    answer = await live.alone(carried_out)
    asked.command = command.index
    live.publish()
    if answer is None:
        raise ApiError(
            504, "Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded"
        )
    told = answer[0]
    await _answer(exchange, visitor, asked, form, told["code"], told["body"], tuple(told.get("warnings", ())))


async def _given(exchange: Exchange, asked: Asked) -> tuple[Any, dict[str, Any]]:
    """The body and the options of a write."""
    data, content_type = await exchange.body(), exchange.header("content-type")
    manager = {"field_manager": options.manager_of(exchange.agent)}
    if asked.verb in ("delete", "deletecollection"):
        value = (await _parsed(bodies.read_object, data, content_type, "DeleteOptions")).value if data.strip() else None
        found = options.of_delete(exchange, value)
        if asked.verb == "deletecollection":
            found |= options.of_read(exchange, lists=True)
        return None, found
    found = options.of_write(exchange, asked.verb)
    if asked.verb == "patch":
        patch_type, body = await _parsed(bodies.read_patch, data, content_type)
        found["patch_type"] = patch_type
        if patch_type != "apply":
            found = {**manager, **found}
    else:
        body, found = await _parsed(bodies.read_object, data, content_type, asked.speaks), {**manager, **found}
    if body.duplicates:
        found["duplicate_fields"] = body.duplicates
    return body.value, found


async def _parsed(read: Callable[..., Any], data: bytes, *more: str) -> Any:
    """A body, read in a thread if that takes longer than a slice; it touches no run."""
    return await asyncio.to_thread(read, data, *more) if len(data) > AT_ONCE_BYTES else read(data, *more)


async def _answer(
    exchange: Exchange, visitor: Visitor, asked: Asked, form: Representation, code: int, body: Any, warnings: Any
) -> None:
    exchange.warnings = tuple(warnings)
    if code >= 400:
        headers = retry_after(body.get("details") or {})
        await exchange.answer(code, answers.encoded(body, Representation()), headers=headers)
        return
    shown = tokens.outgoing(visitor.live.id, body)
    await answers.send(exchange, code, asked.kind, shown, form, visitor.live.cluster.now)


def _request(visitor: Visitor, asked: Asked, **more: Any) -> Any:
    place = asked.place
    return visitor.request(
        asked.verb,
        place.resource,
        version=place.version,
        namespace=place.namespace,
        name=place.name,
        subresource=place.subresource,
        **more,
    )


def _params(exchange: Exchange, visitor: Visitor, asked: Asked, body: Any, found: dict[str, Any]) -> dict[str, Any]:
    """The write as the log keeps it, what is not set left out."""
    place = asked.place
    params = {
        "user": visitor.user,
        "groups": list(visitor.groups),
        "impersonate": visitor.impersonate,
        "verb": asked.verb,
        "resource": place.resource,
        "version": place.version,
        "namespace": place.namespace,
        "name": place.name,
        "subresource": place.subresource,
        "body": body,
        "options": found,
        "agent": exchange.agent,
    }
    # An empty patch is a patch: its body stays.
    return {name: value for name, value in params.items() if name == "body" or value not in (None, "", {}, [])}


def _verb(exchange: Exchange, place: Place, kind: Kind) -> str:
    verb = VERBS.get(exchange.method, "")
    if not verb:
        raise method_not_allowed()
    if verb == "get" and place.watches:
        return "watch"
    if place.name:
        if verb == "create" and not place.subresource:
            raise method_not_allowed()
        return verb
    if verb == "get":
        return "watch" if exchange.flag("watch") else "list"
    if verb in ("update", "patch"):
        raise method_not_allowed()
    return "deletecollection" if verb == "delete" else verb


def _subresource(kind: Kind, place: Place) -> Subresource | None:
    if not place.subresource:
        return None
    for found in kind.subresources:
        if found.name == place.subresource:
            return found
    raise unknown_resource()
