"""Any object inside a custom one, as far as its metadata goes."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind, validate_metadata

__all__ = ["EMBEDDED", "validate_metadata"]


class EmbeddedObject(Kind):
    """It may be of any kind."""

    kind, plural = "Embedded", "embedded"

    def name_rule(self, name: str) -> tuple[str, ...]:
        """Anything that can be a part of a path."""
        if name in (".", ".."):
            return (f"may not be '{name}'",)
        return tuple(f"may not contain '{bad}'" for bad in "/%" if bad in name)


EMBEDDED = EmbeddedObject()
