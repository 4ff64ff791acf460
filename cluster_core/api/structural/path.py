"""Paths of fields as upstream prints them: "spec.list[0].name", "spec.map[key]"; the root of an object is "<nil>".

Upstream: apimachinery `util/validation/field/path.go`.
"""

from __future__ import annotations

ROOT = "<nil>"


def child(path: str, name: str) -> str:
    """A named field below a path."""
    return name if path in ("", ROOT) else f"{path}.{name}"


def key(path: str, name: object) -> str:
    """A key or an index below a path."""
    return f"{path if path != ROOT else ''}[{name}]"


def shown(path: str) -> str:
    """A path in an error: the root has no name."""
    return path or ROOT
