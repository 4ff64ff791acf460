"""Requests of programs in pods to the API server: reads are answered as for clients outside, writes go to it as messages.

Who asks is said by the token; whether they may is decided there. Upstream: apiserver `endpoints/handlers`, `server/routes`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from cluster_core.api import discovery
from cluster_core.api.errors import ApiError, bad_request, method_not_allowed, unknown_resource
from cluster_core.api.http_answer import answer, is_read_by_people
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.place import Place, place_of, segments_of
from cluster_core.api.request import Request
from cluster_core.api.yaml import ManifestError, load_document
from cluster_core.apiserver.authentication.identity import NOBODY, Identity

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
PATCHES = {
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/json-patch+json": "json",
    "application/apply-patch+yaml": "apply",
}
OPTIONS = {
    "resourceVersion": "resource_version", "resourceVersionMatch": "resource_version_match", "labelSelector": "label_selector",
    "fieldSelector": "field_selector", "limit": "limit", "continue": "continue", "fieldManager": "field_manager",
    "fieldValidation": "field_validation", "gracePeriodSeconds": "grace_period", "propagationPolicy": "propagation_policy",
}  # fmt: skip
HEALTH = ("healthz", "livez", "readyz")
VERSION = {"major": "1", "minor": "33", "gitVersion": "v1.33.9", "compiler": "gc", "platform": "linux/amd64"}
MEDIA = "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml"


@dataclass(slots=True)
class Asked:
    """One HTTP request, read."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def agent(self) -> str:
        """The program that asks."""
        return self.headers.get("user-agent", "")

    @property
    def media(self) -> str:
        """What its body is said to be."""
        return self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()


def ask(world: World, data: bytes) -> bytes | Request:
    """The bytes of an answer; a write as the request that is to be sent, without sender and id."""
    asked = read_http(data)
    try:
        found = _asked(world, asked)
    except ApiError as error:
        return answered(world, asked, error.code, error.status())
    return found if isinstance(found, Request) else answered(world, asked, *found)


def answered(world: World, asked: Asked, code: int, body: Any) -> bytes:
    """An answer as bytes."""
    return answer(code, body, world.sim.now, is_read_by_people(asked.agent))


def read_http(data: bytes) -> Asked:
    """The parts of a request; what cannot be read is empty."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    method, path = (*lines[0].split(" "), "", "")[:2]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    path, _, query = path.partition("?")
    values = parse_qs(query, keep_blank_values=True, max_num_fields=100, errors="replace")
    return Asked(method, path, {name: found[0] for name, found in values.items()}, headers, body)


def _asked(world: World, asked: Asked) -> tuple[int, Any] | Request:
    who = _who(world, asked)
    segments = segments_of(asked.path)
    place = place_of(segments)
    if place is None:
        return 200, _document(world, asked, who, segments)
    request = _request(world, asked, who, place)
    if request.verb in ("get", "list") or asked.query.get("dryRun"):
        response = world.apiserver.read(request)
        return response.code, response.body
    world.apiserver.routed(request)
    return request


def _who(world: World, asked: Asked) -> Identity:
    """Whose token a request carries; without one, nobody's. Raises 401 for one that is not good."""
    given = asked.headers.get("authorization", "")
    if not given:
        return NOBODY
    scheme, _, token = given.partition(" ")
    found = world.apiserver.authenticator.of(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise ApiError(401, "Unauthorized", "Unauthorized")
    return found


def _document(world: World, asked: Asked, who: Identity, segments: list[str]) -> Any:
    """Version, health and discovery. Raises 403, 404, 405."""
    verb = VERBS.get(asked.method, "")
    request = Request(0, "", who.user, verb, "", groups=who.groups)
    world.apiserver.authorize_path(request, asked.path.rstrip("/") or "/")
    if verb != "get":
        raise method_not_allowed()
    kinds = list(world.apiserver.kinds)
    match segments:
        case ["version"]:
            return VERSION
        case [name] if name in HEALTH:
            return "ok"
        case ["api"]:
            return discovery.api_versions()
        case ["apis"]:
            return discovery.group_list(kinds)
        case ["api", version]:
            found: Any = discovery.resource_list(kinds, "", version)
        case ["apis", group]:
            found = discovery.group(kinds, group)
        case ["apis", group, version]:
            found = discovery.resource_list(kinds, group, version)
        case _:
            found = None
    if found is None:
        raise unknown_resource()
    return found


def _request(world: World, asked: Asked, who: Identity, place: Place) -> Request:
    """A request for a resource. Raises 4xx.

    Real API servers also serve watches, logs and other streams to pods; here programs in containers get 501 for them.
    """
    kind = world.apiserver.kinds.find(place.resource)
    if kind is None or place.version not in kind.served_versions:
        raise unknown_resource()
    verb = _verb(asked, place, kind)
    if kind.namespaced and not place.namespace and verb not in ("list", "deletecollection"):
        raise unknown_resource() if place.name else method_not_allowed()
    options: dict[str, Any] = {OPTIONS[name]: value for name, value in asked.query.items() if name in OPTIONS}
    if asked.query.get("dryRun"):
        options["dry_run"] = True
    request = Request(0, "", who.user, verb, place.resource, place.namespace, place.name, groups=who.groups)
    request.version, request.subresource, request.options = place.version, place.subresource, options
    if verb in ("create", "update", "patch", "delete") and (asked.body or verb != "delete"):
        request.body = _body(asked, verb, options)
    options["agent"] = asked.agent
    return request


def _verb(asked: Asked, place: Place, kind: Kind) -> str:
    verb = VERBS.get(asked.method, "")
    subresource = next((one for one in kind.subresources if one.name == place.subresource), None)
    if place.subresource and subresource is None:
        raise unknown_resource()
    if not place.name and verb in ("get", "delete"):
        verb = {"get": "list", "delete": "deletecollection"}[verb]
    if place.watches or asked.query.get("watch") in ("true", "1", "") or place.subresource in ("log", "exec", "attach"):
        raise ApiError(501, "NotImplemented", "streams are not served to programs in the containers of this simulation")
    if verb not in (subresource.verbs if subresource is not None else kind.verbs):
        raise method_not_allowed()
    if place.name and verb == "create" and not place.subresource:
        raise method_not_allowed()
    return verb


def _body(asked: Asked, verb: str, options: dict[str, Any]) -> Any:
    """The body of a write. Raises 400 for one that cannot be read, 415 for a kind that is not known."""
    if verb == "patch":
        if asked.media not in PATCHES:
            known = ", ".join(PATCHES)
            raise ApiError(
                415,
                "UnsupportedMediaType",
                f"the body of the request was in an unknown format - accepted media types include: {known}",
            )
        options["patch_type"] = PATCHES[asked.media]
    elif asked.media not in ("application/json", "application/yaml"):
        raise ApiError(415, "UnsupportedMediaType", MEDIA)
    text = asked.body.decode("utf-8", "replace")
    try:
        return load_document(text) if asked.media.endswith("yaml") else json.loads(text)
    except (ValueError, RecursionError, ManifestError) as error:
        raise bad_request(f"the object provided is unrecognized: {str(error)[:200]}") from error
