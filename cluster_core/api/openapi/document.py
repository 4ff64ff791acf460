"""OpenAPI v3 documents of the served kinds: an index, and one document per group and version.

    index(kinds)                     GET /openapi/v3
    document(kinds, "apis/apps/v1")  GET /openapi/v3/apis/apps/v1, as data; "api/v1" for the core group; None if not served
    published(kinds, path)           the same as bytes, plain and gzipped, with the hash that the index gives it; kept while it is asked for

The index gives every document a hash of what it is made of, so that it changes when a CRD does. Upstream: kube-openapi
`pkg/handler3`. Real Kubernetes hashes the document itself.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from cluster_core.api.discovery import group_versions
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.custom import custom_name, custom_schemas
from cluster_core.api.openapi.definitions import META, closure, definitions, digest, name_of
from cluster_core.api.openapi.paths import paths_of
from cluster_core.api.request import Obj

VERSION = "v1.36.2"
# Counts up when documents of the same schemas change: clients keep a document for ever by its hash.
FORMAT = 2
KEPT_MAX = 64
ALWAYS = ("DeleteOptions", "Patch", "Status", "WatchEvent")


@dataclass(frozen=True, slots=True)
class Published:
    """A document as it is sent."""

    body: bytes
    gzipped: bytes
    hash: str


_kept: dict[str, Published] = {}


def index(kinds: Iterable[Kind]) -> Obj:
    """Where the documents are, with their hashes."""
    kinds = list(kinds)
    paths = {_path(*each): _served(kinds, *each) for each in group_versions(kinds)}
    return {
        "paths": {
            path: {"serverRelativeURL": f"/openapi/v3/{path}?hash={_hash(path, served)}"}
            for path, served in sorted(paths.items())
        }
    }


def published(kinds: Iterable[Kind], path: str) -> Published | None:
    """A document by its path in the index, or None."""
    found = _find(kinds, path)
    if found is None:
        return None
    key = _hash(path, found[2])
    if key not in _kept:
        body = json.dumps(_document(*found), ensure_ascii=False, separators=(",", ":")).encode()
        if len(_kept) >= KEPT_MAX:
            del _kept[next(iter(_kept))]
        _kept[key] = Published(body, gzip.compress(body, 6, mtime=0), key)
    return _kept[key]


def document(kinds: Iterable[Kind], path: str) -> Obj | None:
    """A document as data, or None."""
    found = _find(kinds, path)
    return None if found is None else _document(*found)


def _find(kinds: Iterable[Kind], path: str) -> tuple[str, str, list[Kind]] | None:
    kinds = list(kinds)
    for group, version in group_versions(kinds):
        if _path(group, version) == path:
            return group, version, _served(kinds, group, version)
    return None


def _path(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _served(kinds: list[Kind], group: str, version: str) -> list[Kind]:
    return [kind for kind in kinds if kind.group == group and version in kind.served_versions]


def _document(group: str, version: str, kinds: list[Kind]) -> Obj:
    schemas = {f"{META}.{name}": definitions()[f"{META}.{name}"] for name in ALWAYS}
    paths: dict[str, Obj] = {}
    for kind in sorted(kinds, key=lambda kind: kind.plural):
        name, own = _schemas(kind, version)
        schemas |= own
        paths |= paths_of(kind, version, name)
    for name in _referenced(kinds):
        schemas[name] = definitions()[name]
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": VERSION},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": closure(schemas), "securitySchemes": {"BearerToken": _bearer()}},
    }


def _schemas(kind: Kind, version: str) -> tuple[str | None, dict[str, Obj]]:
    """The name of a kind's schema, and the schemas of its objects and lists."""
    custom = kind.published_schema(version)
    if custom is not None:
        name = custom_name(kind.group, version, kind.kind)
        return name, custom_schemas(kind, version, custom)
    found = name_of(kind.group, version, kind.kind)
    names = [name for name in (found, f"{found}List") if name in definitions()]
    return found, {str(name): definitions()[str(name)] for name in names}


def _referenced(kinds: list[Kind]) -> list[str]:
    """What subresources speak: Scale, Eviction, TokenRequest, Binding."""
    spoken = [(each.group, each.version or "v1", each.kind) for kind in kinds for each in kind.subresources]
    return [name for name in (name_of(*each) for each in spoken) if name is not None]


def _bearer() -> Obj:
    return {"type": "apiKey", "description": "Bearer Token authentication", "name": "authorization", "in": "header"}


def _hash(path: str, kinds: list[Kind]) -> str:
    version = path.rpartition("/")[2]
    parts: list[list[object]] = [
        [kind.plural, kind.kind, kind.list_kind, kind.namespaced, kind.verbs, kind.published_schema(version)]
        for kind in kinds
    ]
    parts += [[each.name, each.kind, each.verbs] for kind in kinds for each in kind.subresources]
    text = json.dumps([FORMAT, digest(), path, parts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha512(text.encode()).hexdigest().upper()
