"""Manifests from strangers: YAML read with limits, as kubectl reads it.

Events are scanned and counted before anything is built, because deep nesting crashes libyaml's constructor and a short
alias bomb expands without bound. Real Kubernetes' kubectl applies the documents before the one that it cannot read; here none is.
"""

from __future__ import annotations

import math
import re
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
PARSING = "error parsing STDIN: error converting YAML to JSON"
VALIDATING = 'error validating "STDIN": error validating data'
STOP_VALIDATING = "if you choose to ignore these errors, turn validation off with --validate=false"
FULL_WIDTH = {"：": ":", "“": '"', "”": '"', "，": ",", "－": "-"}


class ManifestError(Exception):
    """A manifest that cannot be read: what, and where (line and column from 1, 0 if unknown)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Loader(yaml.CSafeLoader):
    """Scalars as JSON has them, plus YAML 1.1 booleans: no dates, no sexagesimal numbers."""


# Numbers as Go's reader has them: 12:30:45 is a text, 1e3 a number.
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)
_SKIPPED = ("timestamp", "value", "int", "float")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] not in _SKIPPED]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"[yYnN]$"), list("yYnN"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


def _mapping(loader: yaml.CSafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[str, None] = {}
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        name = _key(loader, key_node)
        if name in seen:
            raise _at_node(f'key "{name}" already set in map', key_node)
        seen[name] = None
    loader.flatten_mapping(node)
    return {_key(loader, key): loader.construct_object(value, deep=True) for key, value in node.value}


def _key(loader: yaml.CSafeLoader, node: yaml.Node) -> str:
    """A key as JSON has it: a text."""
    name = loader.construct_object(node, deep=True)
    if isinstance(name, bool) or name is None:
        return {True: "true", False: "false", None: "null"}[name]
    if not isinstance(name, str | int | float):
        raise _at_node("a mapping key must be a scalar", node)
    return str(name)


def _bool(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> bool:
    """YAML 1.1's, with its y and n, which Go's reader takes too."""
    return str(node.value).lower() in ("y", "yes", "true", "on")


def _float(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> float | int:
    """A number of JSON; a whole one is a whole number."""
    value: float = loader.construct_yaml_float(node)
    if not math.isfinite(value):
        raise _at_node(f"json: unsupported value: {node.value}", node)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no_such_value(_loader: yaml.CSafeLoader, node: yaml.Node) -> Any:
    raise _at_node(f"{node.tag} is no value of JSON", node)


def _at_node(what: str, node: yaml.Node) -> ManifestError:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    return ManifestError(f"{PARSING}: yaml: line {line}: {what}", line, column)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:bool", _bool)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
for _tag in ("binary", "omap", "pairs", "set", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _no_such_value)


def load_manifests(text: str) -> list[dict[str, Any]]:
    """The objects of a manifest, Lists flattened."""
    return [obj for document in _documents(text) if document is not None for obj in _objects(document)]


def load_document(text: str) -> Any:
    """The one value of a text that is a single document, such as the body of a request; None if there is nothing."""
    documents = _documents(text)
    if len(documents) > 1:
        raise ManifestError(f"{PARSING}: yaml: expected a single document in the stream but found another document")
    return documents[0] if documents else None


def _documents(text: str) -> list[Any]:
    if len(text) > BYTES_MAX or len(text.encode(errors="replace")) > BYTES_MAX:
        raise ManifestError(f"the manifest is larger than {BYTES_MAX:,} bytes")
    try:
        _check(text)
        return list(yaml.load_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _located(text, error) from error
    except yaml.reader.ReaderError as error:
        raise _unreadable(text, error) from error
    except yaml.YAMLError as error:
        raise ManifestError(f"{PARSING}: {error}") from error
    except (RecursionError, ValueError) as error:
        raise ManifestError(f"{PARSING}: {error}") from error


def _objects(document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        raise ManifestError(f"{VALIDATING}: the document is not an object (a mapping with apiVersion and kind)")
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        return [obj for item in document["items"] for obj in _objects(item)]
    unset = [f"{name} not set" for name in ("apiVersion", "kind") if not _is_text(document.get(name))]
    if unset:
        shown = unset[0] if len(unset) == 1 else f"[{', '.join(unset)}]"
        raise ManifestError(f"{VALIDATING}: {shown}; {STOP_VALIDATING}")
    return [document]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


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
    near = "".join(lines[max(0, line - 3) : line])
    hint = ""
    if "\t" in shown:
        hint = " (a tab character: YAML indents with spaces)"
    elif any(sign in near for sign in FULL_WIDTH):
        hint = " (a full-width character such as ： or “: use the ASCII one)"
    return ManifestError(f"{PARSING}: yaml: line {line}: {error.problem or error}{hint}", line, column)


def _unreadable(text: str, error: yaml.reader.ReaderError) -> ManifestError:
    """A character that YAML does not allow, such as NUL."""
    place = next((index for index, sign in enumerate(text) if ord(sign) == error.character), 0)
    before = text[:place]
    line, column = before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1
    words = f"yaml: line {line}: control characters are not allowed (character U+{ord(text[place]):04X})"
    return ManifestError(f"{PARSING}: {words}", line, column)
