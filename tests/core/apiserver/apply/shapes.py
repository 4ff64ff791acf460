"""A small type for tests of merging: one field of every shape, and versions that are all the same."""

from __future__ import annotations

from cluster_core.api.merge_shape import ANY, BOOLEAN, NUMERIC, STRING, Shape
from cluster_core.api.request import Obj

ITEM = Shape("map", fields=lambda: {"name": STRING, "value": NUMERIC, "args": ATOMIC, "inner": STRUCT})
PORT = Shape("map", fields=lambda: {"port": NUMERIC, "protocol": STRING, "name": STRING})
ATOMIC = Shape("list", atomic=True, item=lambda: STRING)
STRUCT = Shape("map", fields=lambda: {"text": STRING, "number": NUMERIC, "flag": BOOLEAN, "inner": STRUCT})
SHAPE = Shape(
    "map",
    fields=lambda: {
        "text": STRING,
        "number": NUMERIC,
        "flag": BOOLEAN,
        "struct": STRUCT,
        "whole": Shape("map", atomic=True, fields=lambda: {"a": STRING, "b": STRING}),
        "labels": Shape("map", item=lambda: STRING),
        "maps": Shape("map", item=lambda: Shape("map", item=lambda: STRING)),
        "set": Shape("list", item=lambda: STRING),
        "atomic": ATOMIC,
        "items": Shape("list", keys={"name": None}, item=lambda: ITEM),
        "ports": Shape("list", keys={"port": None, "protocol": "TCP"}, item=lambda: PORT),
        "any": ANY,
        "present": STRUCT,
    },
    zeros={"present": {}},
)


class OneType:
    """Every version but "gone" is served, and all of them are alike."""

    def shape(self, api_version: str) -> Shape | None:
        """The one shape."""
        return None if api_version == "gone" else SHAPE

    def convert(self, obj: Obj, api_version: str) -> Obj:
        """Nothing to do."""
        return obj
