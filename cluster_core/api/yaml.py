"""Manifests from strangers: YAML read with limits, as kubectl reads it.

Events are scanned and counted before anything is built, because deep nesting crashes libyaml's constructor and a short
alias bomb expands without bound.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

BYTES_MAX = 1024 * 1024
DEPTH_MAX = 64
NODES_MAX = 50_000
DOCUMENTS_MAX = 100
ALIASES_MAX = 100
FULL_WIDTH = {"：": ":", "“": '"', "”": '"', "，": ",", "－": "-"}


class ManifestError(Exception):
    """A manifest that cannot be read: what, and where (line and column from 1, 0 if unknown)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Loader(yaml.CSafeLoader):
    """Scalars as JSON has them, plus YAML 1.1 booleans: no dates, no sexagesimal numbers."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: yaml.CSafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, None] = {}
    for key_node, _ in node.value:
        name = loader.construct_object(key_node, deep=True)
        if not isinstance(name, str | int | float | bool) and name is not None:
            raise ManifestError(
                "a mapping key must be a scalar", key_node.start_mark.line + 1, key_node.start_mark.column + 1
            )
        if name in seen:
            mark = key_node.start_mark
            raise ManifestError(
                f'yaml: line {mark.line + 1}: key "{name}" already set in map', mark.line + 1, mark.column + 1
            )
        seen[name] = None
    loader.flatten_mapping(node)
    return {str(name): value for name, value in loader.construct_pairs(node, deep=True)}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_manifests(text: str) -> list[dict[str, Any]]:
    """The objects of a manifest, Lists flattened."""
    if len(text.encode()) > BYTES_MAX:
        raise ManifestError(f"the manifest is larger than {BYTES_MAX:,} bytes")
    try:
        _check(text)
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _located(text, error) from error
    except yaml.YAMLError as error:
        raise ManifestError(f"error parsing manifest: {error}") from error
    except (RecursionError, ValueError) as error:
        raise ManifestError(f"error converting YAML to JSON: {error}") from error
    return [obj for document in documents if document is not None for obj in _objects(document)]


def _objects(document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        raise ManifestError("error validating data: the document is not an object (a mapping with apiVersion and kind)")
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        return [obj for item in document["items"] for obj in _objects(item)]
    for field in ("apiVersion", "kind"):
        if not isinstance(document.get(field), str) or not document[field]:
            raise ManifestError(f"error validating data: {field} not set")
    return [document]


def _check(text: str) -> None:
    depth = nodes = documents = aliases = 0
    sizes: dict[str, int] = {}
    stack: list[tuple[str | None, int]] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, DocumentStartEvent):
            documents += 1
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
            nodes += 1
            stack.append((event.anchor, nodes))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
            anchor, before = stack.pop()
            if anchor:
                sizes[anchor] = nodes - before + 1
        elif isinstance(event, AliasEvent):
            aliases += 1
            nodes += sizes.get(event.anchor or "", 1)
        elif isinstance(event, ScalarEvent):
            nodes += 1
        line, column = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (0, 0)
        for count, most, what in (
            (depth, DEPTH_MAX, "levels deep"),
            (nodes, NODES_MAX, "values (aliases expanded)"),
            (documents, DOCUMENTS_MAX, "documents"),
            (aliases, ALIASES_MAX, "aliases"),
        ):
            if count > most:
                raise ManifestError(f"the manifest is too large: at most {most:,} {what}", line, column)


def _located(text: str, error: yaml.MarkedYAMLError) -> ManifestError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    lines = text.splitlines()
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    hint = ""
    if "\t" in shown:
        hint = " (a tab character: YAML indents with spaces)"
    elif any(sign in shown for sign in FULL_WIDTH):
        hint = " (a full-width character such as ： or “: use the ASCII one)"
    return ManifestError(
        f"error converting YAML to JSON: yaml: line {line}: {error.problem or error}{hint}", line, column
    )
