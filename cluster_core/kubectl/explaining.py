"""What an OpenAPI v3 document says about a kind or a field, as kubectl explain tells it.

Upstream: `k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl`, whose parts the functions are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.printing.wrapped import indented, wrapped
from cluster_core.kubectl.resources import Resource

DEPTH_MAX, LINE, ENUM_MAX = 60, 78, 4
GVK = "x-kubernetes-group-version-kind"


@dataclass(frozen=True, slots=True)
class Explained:
    """The texts of an explanation: what comes first, and the rest; None where the path leads nowhere."""

    head: str
    text: str | None


def explain(document: Obj, resource: Resource, path: list[str], recursive: bool) -> Explained:
    """Explain a resource, or the field of it at the end of a path."""
    group = f"GROUP:      {resource.group}\n" if resource.group else ""
    head = f"{group}KIND:       {resource.kind}\nVERSION:    {resource.version}\n\n"
    gvk = {"group": resource.group, "kind": resource.kind, "version": resource.version}
    for schema in document["components"]["schemas"].values():
        if gvk in (schema.get(GVK) or ()):
            return Explained(head, _Explainer(document, recursive).output(schema, path, ()))
    return Explained(head, None)


class _Explainer:
    def __init__(self, document: Obj, recursive: bool) -> None:
        self._document, self._recursive = document, recursive

    def output(self, schema: Obj, path: list[str], seen: tuple[str, ...]) -> str | None:
        """What is to be said at the end of a path; None if the path leads nowhere."""
        reference, found = schema.get("$ref", ""), self._resolved(schema)
        if not path:
            return self._whole(schema, found)
        if (reference and reference in seen) or len(seen) > DEPTH_MAX:
            return None
        seen = (*seen, reference) if reference else seen
        field = (found.get("properties") or {}).get(path[0])
        if field is not None:
            rest = self.output(field, path[1:], ())
            if rest is None or len(path) > 1:
                return rest
            return f"FIELD: {path[0]} <{self._type(field)}>\n{_values(field)}\n\n{rest}"
        inner = found.get("items") or _of_map(found)
        if inner:
            return self.output(inner, path, seen)
        options = (self.output(one, path, seen) for one in found.get("allOf") or ())
        return next((one for one in options if one), None)

    def _whole(self, schema: Obj, found: Obj) -> str:
        described = self._description(found, 0) or "<empty>"
        text = f"DESCRIPTION:\n{indented(wrapped(described, LINE - 2), 4)}\n"
        fields = self._fields(schema, 1, ())
        return f"{text}FIELDS:\n{fields}" if fields else text

    def _resolved(self, schema: Obj) -> Obj:
        reference = schema.get("$ref")
        if not reference:
            return schema
        here: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            here = here.get(part) or {}
        found: Obj = here or schema
        return found

    def _description(self, schema: Obj, depth: int) -> str:
        """Its own, and those of what it is made of."""
        if depth > DEPTH_MAX:
            return ""
        found = self._resolved(schema)
        parts = [found["description"] + "\n"] if found.get("description") else []
        inner = [*(found.get("allOf") or ()), found.get("items"), _of_map(found)]
        parts += [self._description(one, depth + 1) for one in inner if one]
        return "".join(parts)

    def _fields(self, schema: Obj, level: int, seen: tuple[str, ...]) -> str:
        reference = schema.get("$ref", "")
        if (reference and reference in seen) or len(seen) > DEPTH_MAX:
            return ""
        seen, found = (*seen, reference), self._resolved(schema)
        parts: list[str] = []
        for name, field in sorted((found.get("properties") or {}).items()):
            parts.append(self._detail(found, name, level))
            if self._recursive:
                parts.append(self._fields(field, level + 1, seen))
        inner = [*(found.get("allOf") or ()), found.get("items"), _of_map(found)]
        parts += [self._fields(one, level, seen) for one in inner if one]
        return "".join(parts)

    def _detail(self, schema: Obj, name: str, level: int) -> str:
        field, indent = schema["properties"][name], level * 2
        needed = " -required-" if name in (schema.get("required") or ()) else ""
        head = f"{' ' * indent}{name}\t<{self._type(field)}>{needed}{_enum(field, indent)}\n"
        if self._recursive:
            return head
        text = wrapped(field.get("description") or "<no description>", LINE - indent)
        return f"{head}{indented(text, indent + 2)}\n\n"

    def _type(self, schema: Obj) -> str:
        if schema.get("items"):
            return f"[]{self._type(schema['items'])}"
        if _of_map(schema):
            return f"map[string]{self._type(schema['additionalProperties'])}"
        if len(schema.get("allOf") or ()) == 1 and not schema.get("properties"):
            return self._type(schema["allOf"][0])
        if "$ref" in schema:
            found = self._resolved(schema)
            if found is schema or found.get("type", "object") == "object":
                return str(schema["$ref"].rpartition("/")[2].rpartition(".")[2] or "Object")
            return str(found["type"])
        kind = schema.get("type") or "Object"
        return "Object" if kind == "object" else str(kind)


def _of_map(schema: Obj) -> Obj | None:
    """The schema of a map's values."""
    found = schema.get("additionalProperties")
    return found if isinstance(found, dict) and found else None


def _values(schema: Obj) -> str:
    if not schema.get("enum"):
        return ""
    return "ENUM:" + "".join(f"\n    {_shown(value)}" for value in schema["enum"])


def _enum(schema: Obj, indent: int) -> str:
    values = schema.get("enum") or []
    if not values:
        return ""
    more = ", ...." if len(values) > ENUM_MAX else ""
    return f"\n{' ' * indent}enum: {', '.join(_shown(value) for value in values[:ENUM_MAX])}{more}"


def _shown(value: Any) -> str:
    return '""' if value == "" else str(value)
