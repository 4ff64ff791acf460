"""Objects as a client wants to see them: as they are, their metadata alone, or rows of a table; then as bytes.

Upstream: apiserver `endpoints/handlers/response.go`.
"""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import msgspec
import yaml

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.apiserver import tables
from explorer.kubeapi import encodings
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.representation import META_GROUP, Representation

# What is larger is made in a thread: objects never change once they are stored, so that is safe.
ITEMS_AT_ONCE = 50
GZIP_MIN = 128 * 1024
GZIP_LEVEL = 1
PLAIN = Representation()


async def send(exchange: Exchange, code: int, kind: Kind | None, body: Obj, form: Representation, now: int) -> None:
    """Answer with an object or a list of a kind (a Status stays as it is), at virtual time `now` (µs)."""
    if form == PLAIN:
        data = await encodings.whole(body)
    elif len(body.get("items") or ()) > ITEMS_AT_ONCE:
        data = await asyncio.to_thread(made, kind, body, form, now)
    else:
        data = made(kind, body, form, now)
    headers = {}
    if len(data) >= GZIP_MIN and "gzip" in exchange.header("accept-encoding"):
        data = await asyncio.to_thread(gzip.compress, data, GZIP_LEVEL, mtime=0)
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    await exchange.answer(code, data, form.content_type, headers)


def made(kind: Kind | None, body: Obj, form: Representation, now: int) -> bytes:
    """The bytes of an answer."""
    return encoded(shown(kind, body, form, now), form)


def encoded(value: Any, form: Representation) -> bytes:
    """JSON as compact as upstream's, without its last line break, or YAML."""
    if form.media == "yaml":
        return yaml.dump(
            msgspec.to_builtins(value), Dumper=yaml.CSafeDumper, sort_keys=True, allow_unicode=True
        ).encode()
    return msgspec.json.encode(value)


def shown(kind: Kind | None, body: Obj, form: Representation, now: int, headers: bool = True) -> Obj:
    """An object or a list in the form that was asked for; `headers` False leaves a table's columns out."""
    if not form.transform or kind is None or body.get("kind") == "Status":
        return body
    if form.transform == "Table":
        return _in_version(_table(kind, body, form, now, headers), form.meta_version)
    if "items" not in body:
        return _in_version(tables.partial(body), form.meta_version)
    found = tables.partial_list(body["items"], body.get("metadata", {}))
    found["items"] = [_in_version(item, form.meta_version) for item in found["items"]]
    return _in_version(found, form.meta_version)


def _table(kind: Kind, body: Obj, form: Representation, now: int, headers: bool) -> Obj:
    if body.get("kind") == "Scale":
        return tables.scale_table(body, now, form.include, headers)
    is_list = "items" in body
    version = str(body.get("apiVersion", "")).rpartition("/")[2]
    items = body["items"] if is_list else body
    return tables.table(kind, items, now, form.include, version, body["metadata"] if is_list else None, headers)


def _in_version(found: Obj, version: str) -> Obj:
    return found if version == "v1" else {**found, "apiVersion": f"{META_GROUP}/{version}"}
