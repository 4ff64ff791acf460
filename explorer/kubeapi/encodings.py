"""Objects as JSON, each encoded once however many clients ask for it.

A stored object never changes and is shared by everybody who reads it, so its identity is the key. What is kept is bounded for the
whole process; the longest unused go first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import msgspec

from cluster_core.api.request import Obj

BYTES_MAX = 48 * 1024 * 1024
# An object that is larger is encoded each time, and a list with more new objects than this is encoded in a thread.
OBJECT_BYTES_MAX = 256 * 1024
AT_ONCE = 50

# By the identity of the object, which is kept too: so long it is nobody else's.
_kept: OrderedDict[int, tuple[Obj, bytes]] = OrderedDict()
_bytes = 0


def of(obj: Obj) -> bytes:
    """An object as JSON."""
    found = _kept.get(id(obj))
    if found is not None:
        _kept.move_to_end(id(obj))
        return found[1]
    data = msgspec.json.encode(obj)
    _keep(obj, data)
    return data


async def whole(body: Obj) -> bytes:
    """An object or a list as JSON."""
    items = body.get("items")
    if not isinstance(items, list):
        return of(body)
    missing = [item for item in items if id(item) not in _kept]
    if len(missing) > AT_ONCE:
        made = await asyncio.to_thread(lambda: [msgspec.json.encode(item) for item in missing])
        for item, data in zip(missing, made, strict=True):
            _keep(item, data)
        fresh = dict(zip(map(id, missing), made, strict=True))
        parts = [fresh.get(id(item)) or of(item) for item in items]
    else:
        parts = [of(item) for item in items]
    head = msgspec.json.encode({name: value for name, value in body.items() if name != "items"})
    return b"".join((head[:-1], b',"items":[' if len(head) > 2 else b'"items":[', b",".join(parts), b"]}"))


def _keep(obj: Obj, data: bytes) -> None:
    global _bytes
    if len(data) > OBJECT_BYTES_MAX or id(obj) in _kept:
        return
    _kept[id(obj)] = obj, data
    _bytes += len(data)
    while _bytes > BYTES_MAX:
        _bytes -= len(_kept.popitem(last=False)[1][1])
