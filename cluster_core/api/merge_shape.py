"""Shapes: how the values of a type merge in a server-side apply. Built for the served types from `types.json` and `merge_types.json`,
and for custom resources from their structural schemas.

A map or a struct is granular (each field has owners of its own) or atomic (it has owners as a whole); a list is atomic, a set of
scalars, or a "map": items told apart by keys. Upstream: structured-merge-diff `schema/elements.go`, apimachinery
`util/managedfields/internal/typeconverter.go`, kube-openapi `pkg/schemaconv`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cluster_core.api.schema import TABLE

MERGE_TABLE: dict[str, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "merge_types.json").read_text(encoding="utf-8")
)
NUMBERS = ("int32", "int64", "float64")
# Scalars that Go reads from more than one JSON type.
FREE = ("quantity", "int-or-string", "time", "micro-time")
NOTHING: Mapping[str, Any] = {}


class Shape:
    """How values of one type merge. `base`: "scalar", "list", "map" or "any" (whatever the value is: granular maps, atomic lists).

    `scalar` of a scalar: "string", "numeric", "boolean", "untyped". `atomic`: one owner for all of it. `keys` of a list of structs:
    the key fields with their defaults; a list that is neither atomic nor has keys is a set. `fields` of a struct by name; `item`: the
    shape of a list's items or a map's values, None for a struct, which has no others. `zeros`: what stands in a struct for fields
    that nobody has set.
    """

    def __init__(
        self,
        base: str,
        scalar: str = "",
        atomic: bool = False,
        keys: Mapping[str, Any] = NOTHING,
        fields: Callable[[], Mapping[str, Shape]] | None = None,
        item: Callable[[], Shape] | None = None,
        zeros: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.base = base
        self.scalar = scalar
        self.atomic = atomic
        self.keys = keys
        self.zeros = zeros
        self._fields = fields
        self._item = item

    @cached_property
    def fields(self) -> Mapping[str, Shape]:
        """The named fields."""
        return self._fields() if self._fields is not None else {}

    @cached_property
    def item(self) -> Shape | None:
        """The shape of items or values."""
        return self._item() if self._item is not None else None

    def of(self, name: str) -> Shape:
        """The shape of a field or of a map's value."""
        return self.fields.get(name) or self.item or ANY

    def form(self, value: Any) -> str:
        """What a value of this shape is to a merge: "map", "list" or "leaf"."""
        if self.base == "any":
            return "map" if isinstance(value, dict) else "leaf"
        return "leaf" if self.atomic or self.base == "scalar" else self.base


ANY: Shape = Shape("any", item=lambda: ANY)
UNTYPED = Shape("scalar", "untyped")
STRING, NUMERIC, BOOLEAN = Shape("scalar", "string"), Shape("scalar", "numeric"), Shape("scalar", "boolean")


@lru_cache(maxsize=1024)
def shape_of(struct: str) -> Shape:
    """The shape of a struct of types.json; of an unknown one, that of anything."""
    return _struct(struct, struct_is_atomic(struct)) if struct in TABLE else ANY


def struct_is_atomic(struct: str) -> bool:
    """Whether a struct has its owners as a whole."""
    return MERGE_TABLE.get(struct, {}).get("", {}).get("merge") == "atomic"


def _struct(struct: str, atomic: bool) -> Shape:
    zeros = {name: said["zero"] for name, said in MERGE_TABLE.get(struct, {}).items() if "zero" in said}
    return Shape("map", atomic=atomic, fields=lambda: _fields(struct), zeros=zeros)


def _fields(struct: str) -> dict[str, Shape]:
    table = MERGE_TABLE.get(struct, {})
    return {
        name: _typed(text.partition(" ")[0], table.get(name, {}))
        for name, text in TABLE[struct].items()
        if name != "!" and not isinstance(text, list)
    }


def _typed(kind: str, said: dict[str, Any]) -> Shape:
    merge = said.get("merge", "")
    if kind.startswith("[]"):
        return Shape(
            "list", atomic=merge not in ("set", "map"), keys=said.get("keys", NOTHING), item=lambda: _inner(kind[2:])
        )
    if kind.startswith("{}"):
        return Shape("map", atomic=merge == "atomic", item=lambda: _inner(kind[2:]))
    if kind.startswith("@") and merge:
        return _struct(kind[1:], merge == "atomic")
    return _inner(kind)


def _inner(kind: str) -> Shape:
    if kind.startswith("@"):
        return shape_of(kind[1:])
    if kind.startswith(("[]", "{}")):
        return _typed(kind, {})
    if kind in NUMBERS:
        return NUMERIC
    if kind == "any":
        return ANY
    return UNTYPED if kind in FREE else BOOLEAN if kind == "bool" else STRING
