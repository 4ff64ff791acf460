"""Bodies of requests as plain values: JSON, YAML and protobuf from strangers, with limits and upstream's words.

Upstream: apimachinery `runtime/serializer/json`, apiserver `endpoints/handlers/rest.go` (`transformDecodeError`). Fields that are
given twice are reported, not refused: what becomes of them is decided by `fieldValidation`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.yaml import ManifestError, load_document
from explorer.kubeapi import protobuf

DEPTH_MAX = 100
# A Go int64; what does not fit is a float there too.
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1
DUPLICATES_MAX = 100
SUMMARY_CHARS = 30
ACCEPTED = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
PROTOBUF = "application/vnd.kubernetes.protobuf"
PATCH_TYPES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}
PATCHES_ACCEPTED = ", ".join([*PATCH_TYPES, "application/apply-patch+cbor"])


@dataclass(slots=True)
class Body:
    """A body that was read: its value, and the paths of fields that it gives more than once."""

    value: Any
    duplicates: list[str]


def read_object(data: bytes, content_type: str, kind: str) -> Body:
    """The object of a create or an update; `kind` is what it must be. Raises 400 or 415."""
    media = media_of(content_type)
    if media == PROTOBUF:
        return _protobuf(kind, data)
    if media in ("", "application/json"):
        return _said_of(kind, data, read_json)
    if media in ("application/yaml", "application/x-yaml", "text/yaml"):
        return _said_of(kind, data, read_yaml)
    raise unknown_format(ACCEPTED)


def read_patch(data: bytes, content_type: str) -> tuple[str, Body]:
    """The type of a patch ("json" | "merge" | "strategic" | "apply") and its value. Raises 400 or 415."""
    media = media_of(content_type)
    if media not in PATCH_TYPES:
        raise unknown_format(PATCHES_ACCEPTED)
    read = read_yaml if media.endswith("+yaml") and data.lstrip()[:1] != b"{" else read_json
    try:
        return PATCH_TYPES[media], read(data)
    except ValueError as error:
        raise bad_request(f"error decoding patch: {error}") from error


def read_json(data: bytes) -> Body:
    """JSON without what JSON does not know. Raises `ValueError`."""
    try:
        value = msgspec.json.decode(data)
    except RecursionError as error:
        raise ValueError("exceeded max depth") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    value = _bounded(value, 1)
    return Body(value, duplicates(data))


def read_yaml(data: bytes) -> Body:
    """One YAML document. Raises `ValueError`; a key that is there twice is an error of YAML."""
    try:
        return Body(_bounded(load_document(data.decode()), 1), [])
    except ManifestError as error:
        raise ValueError(str(error)) from error


def duplicates(data: bytes) -> list[str]:
    """The paths of fields that a JSON text gives more than once, as upstream names them."""
    found: list[int] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) != len(members):
            found.append(1)
        return made

    json.loads(data, object_pairs_hook=pairs)
    if not found:
        return []
    paths: list[str] = []
    _note_duplicates(json.loads(data, object_pairs_hook=_Members), "", paths)
    return paths


def media_of(content_type: str) -> str:
    """The media type of a Content-Type header, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def unknown_format(accepted: str) -> ApiError:
    """415."""
    text = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return ApiError(415, "UnsupportedMediaType", text)


class _Members(list[tuple[str, Any]]):
    """The members of an object, all of them."""


def _note_duplicates(value: Any, path: str, paths: list[str]) -> None:
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, inner in value:
            here = f"{path}.{name}" if path else name
            if name in seen and here not in paths and len(paths) < DUPLICATES_MAX:
                paths.append(here)
            seen.add(name)
            _note_duplicates(inner, here, paths)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _note_duplicates(inner, f"{path}[{index}]", paths)


def _bounded(value: Any, depth: int) -> Any:
    """The value, integers that Go cannot hold as floats. Raises `ValueError` for one that is nested too deep."""
    if isinstance(value, dict | list) and depth > DEPTH_MAX:
        raise ValueError("exceeded max depth")
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list | int):
                value[name] = _bounded(inner, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict | list | int):
                value[index] = _bounded(inner, depth + 1)
    elif isinstance(value, int) and not INTEGER_MIN <= value <= INTEGER_MAX:
        return _as_float(value)
    return value


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("number out of range") from error


def _protobuf(kind: str, data: bytes) -> Body:
    try:
        return Body(_bounded(protobuf.decode(data), 1), [])
    except protobuf.ProtobufError as error:
        if error.kind:
            version = error.api_version.rpartition("/")[2]
            raise bad_request(f'{error.kind} in version "{version}" cannot be handled as a {kind}: {error}') from error
        words = f"the object provided is unrecognized (must be of type {kind}): {error} ({_summary(data)})"
        raise bad_request(words) from error
    except ValueError as error:
        raise bad_request(f"the object provided is unrecognized (must be of type {kind}): {error}") from error


def _said_of(kind: str, data: bytes, read: Any) -> Body:
    try:
        body: Body = read(data)
    except ValueError as error:
        what = f"couldn't get version/kind; json parse error: {error}"
        words = f"the object provided is unrecognized (must be of type {kind}): {what} ({_summary(data)})"
        raise bad_request(words) from error
    return body


def _summary(data: bytes) -> str:
    if not data:
        return "<empty>"
    text = data[:SUMMARY_CHARS].decode(errors="replace")
    shown = text if text.isprintable() else data[:SUMMARY_CHARS].hex()
    return shown + (" ..." if len(data) > SUMMARY_CHARS else "")
