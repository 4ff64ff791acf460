"""Whether a configuration is of its type: unknown fields, values of the wrong type, items that cannot be told apart.

Upstream: structured-merge-diff `typed/validate.go`; the words are theirs, with values as Go prints them.
"""

from __future__ import annotations

import json
from typing import Any

from cluster_core.api.field_set import element_text
from cluster_core.api.merge_shape import ANY, Shape
from cluster_core.apiserver.apply.elements import ElementError, element_of

ERRORS_MAX = 100
GO_TYPES: dict[type, str] = {
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}


def problems(value: Any, shape: Shape) -> str:
    """What is wrong with a configuration, or ""."""
    found: list[str] = []
    _check(value, shape, "", found)
    if len(found) > 1:
        return "\n".join(["errors:", *("  " + one for one in found)])
    return "".join(found)


def _check(value: Any, shape: Shape, path: str, found: list[str]) -> None:
    if value is None or len(found) > ERRORS_MAX:
        return
    if shape.base == "any":
        return
    if shape.base == "scalar":
        words = _scalar(shape.scalar, value)
    elif shape.base == "map":
        words = _map(value, shape, path, found)
    else:
        words = _list(value, shape, path, found)
    if words:
        found.append(f"{path}: {words}" if path else words)


def _scalar(scalar: str, value: Any) -> str:
    if scalar == "numeric" and (isinstance(value, bool) or not isinstance(value, int | float)):
        return f"expected numeric (int or float), got {GO_TYPES.get(type(value), 'nil')}"
    if scalar == "string" and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{go_value(value, True)}}}"
    if scalar == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got &{{{go_value(value)}}}"
    if scalar == "untyped" and isinstance(value, dict | list):
        return f"expected any scalar, got &{{{go_value(value)}}}"
    return ""


def _map(value: Any, shape: Shape, path: str, found: list[str]) -> str:
    if not isinstance(value, dict):
        return f"expected map, got &{{{go_value(value)}}}"
    for name, part in value.items():
        if name not in shape.fields and shape.item is None:
            found.append(f"{path}.{name}: field not declared in schema")
            break
        _check(part, shape.of(name), f"{path}.{name}", found)
    return ""


def _list(value: Any, shape: Shape, path: str, found: list[str]) -> str:
    if not isinstance(value, list):
        return f"expected list, got &{{{go_value(value)}}}"
    seen: set[str] = set()
    for index, item in enumerate(value):
        place = f"[{index}]"
        if not shape.atomic:
            try:
                element = element_of(item, shape)
            except ElementError as error:
                return f"element {index}: {error}"
            place = element_text(element)
            if element in seen:
                found.append((f"{path}: " if path else "") + f"duplicate entries for key {place}")
            seen.add(element)
        _check(item, shape.item or ANY, path + place, found)
    return ""


def go_value(value: Any, quoted: bool = False) -> str:
    """A JSON value as Go's %v prints it; quoted: texts as %#v does."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{go_value(part)}" for name, part in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_value(part) for part in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if quoted else value
    return "<nil>" if value is None else str(value)
