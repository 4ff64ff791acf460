"""Which part of an object was which before an update: what has not changed is not held against the update.

Upstream: apiserver `pkg/cel/common/equality.go` (CorrelatedObject).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.structural.list_types import map_key


@dataclass(frozen=True, slots=True)
class Old:
    """What a value was."""

    value: Any

    def same(self, new: Any) -> bool:
        """Whether it still is."""
        return new is self.value or (type(new) is type(self.value) and bool(new == self.value))

    def field(self, name: str) -> Old | None:
        """What a field was; None if there was none."""
        return Old(self.value[name]) if isinstance(self.value, dict) and name in self.value else None


def correlated(old: Old | None, schema: Obj, items: list[Any]) -> list[Old | None]:
    """What the items of a list were: only items of map lists are known again, by their keys."""
    if old is None or not isinstance(old.value, list) or schema.get("x-kubernetes-list-type") != "map":
        return [None] * len(items)
    keys = schema.get("x-kubernetes-list-map-keys") or []
    before = {_text(item, keys): Old(item) for item in old.value}
    return [before.get(_text(item, keys)) for item in items]


def _text(item: Any, keys: list[str]) -> str:
    return json.dumps(map_key(item, keys), sort_keys=True)
