"""Objects without a description of their own, custom ones among them: every field, its name in words."""

from __future__ import annotations

import re
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, flag

ACRONYMS = ("API", "URL", "UID", "GUID")
SKIPPED = (
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
)
# A run of capitals, a capital with small letters behind it, small letters, anything else.
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z]+")


def describe_anything(page: Page, obj: Obj) -> None:
    """All fields of an object."""
    page.name(obj)
    page.marks(obj)
    _fields(page, 0, obj, "")


def _fields(page: Page, level: int, content: Obj, path: str) -> None:
    for name, value in sorted(content.items()):
        here = f"{path}.{name}"
        if here in SKIPPED:
            continue
        if isinstance(value, dict):
            page.write(level, f"{label(name)}:")
            _fields(page, level + 1, value, here)
        elif isinstance(value, list):
            page.write(level, f"{label(name)}:")
            for child in value:
                if isinstance(child, dict):
                    _fields(page, level + 1, child, here)
                else:
                    page.write(level + 1, _text(child))
        else:
            page.write(level, f"{label(name)}:\t{_text(value)}")


def _text(value: Any) -> str:
    if value is None:
        return "<nil>"
    return flag(value) if isinstance(value, bool) else str(value)


def label(name: str) -> str:
    """ "apiVersion" as "API Version"."""
    if not re.fullmatch(r"[A-Za-z-]+", name):
        return name
    parts = _PART.findall(name)
    return " ".join(part.upper() if part.upper() in ACRONYMS else part[0].upper() + part[1:] for part in parts)
