"""How large a schema may be in a run: every object of the kind is checked against it.

Real Kubernetes only bounds the size of the request.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj

DEPTH_MAX = 40
NODES_MAX = 6_000
RULES_MAX = 200
BELOW = ("items", "additionalProperties", "not")


def schema_limits(schema: Obj, path: str) -> list[Cause]:
    """What is too much about a schema."""
    level, depth, nodes, rules = [schema], 0, 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEPTH_MAX:
            return [Cause(path, "Forbidden", f"limit of this run reached: at most {DEPTH_MAX} levels")]
        if nodes > NODES_MAX:
            return [Cause(path, "Forbidden", f"limit of this run reached: at most {NODES_MAX} schemas in one")]
        rules += sum(len(one.get("x-kubernetes-validations") or ()) for one in level)
        level = [below for one in level for below in _below(one)]
    if rules > RULES_MAX:
        return [Cause(path, "Forbidden", f"limit of this run reached: at most {RULES_MAX} rules")]
    return []


def _below(schema: Obj) -> list[Obj]:
    found: list[Any] = [schema.get(name) for name in BELOW]
    found += (schema.get("properties") or {}).values()
    for junctor in ("allOf", "anyOf", "oneOf"):
        found += schema.get(junctor) or []
    return [one for one in found if isinstance(one, dict)]
