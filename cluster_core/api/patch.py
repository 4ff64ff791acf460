"""JSON merge patch (RFC 7396)."""

from __future__ import annotations

from typing import Any


def merge_patch(obj: Any, patch: Any) -> Any:
    """Null removes, objects merge, everything else replaces. Unchanged parts are shared."""
    if not isinstance(patch, dict):
        return patch
    result = dict(obj) if isinstance(obj, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            merged = merge_patch(result.get(name), value)
            if merged != result.get(name) or name not in result:
                result[name] = merged
    return result
