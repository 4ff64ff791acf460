"""How large a schema may be."""

from __future__ import annotations

from typing import Any

from cluster_core.api.structural.schema_limits import DEPTH_MAX, NODES_MAX, RULES_MAX, schema_limits


def test_limits() -> None:
    deep: dict[str, Any] = {}
    for _ in range(DEPTH_MAX):
        deep = {"items": deep}
    assert "levels" in schema_limits(deep, "s")[0].detail
    wide = {"properties": {f"p{number}": {} for number in range(NODES_MAX)}}
    assert "schemas in one" in schema_limits(wide, "s")[0].detail
    assert "rules" in schema_limits({"x-kubernetes-validations": [{}] * (RULES_MAX + 1)}, "s")[0].detail
    assert schema_limits({"anyOf": [{}], "not": {}, "additionalProperties": True}, "s") == []
