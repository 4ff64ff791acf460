"""Protobuf bodies say what JSON says.

`kubectl_bodies.json`: what kubectl 1.33 sent in protobuf, and 1.31 in JSON for the same command. `upstream_bodies.json.gz`: the
round-trip fixtures of k8s.io/api 0.36.2 (Copyright The Kubernetes Authors, Apache License 2.0) for the served kinds, every field set.
"""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.openapi.definitions import definitions
from explorer.kubeapi import protobuf
from explorer.kubeapi.protobuf import DEPTH_MAX, FIELDS_MAX, MAGIC, ProtobufError, decode

HERE = Path(__file__).parent
KUBECTL: list[dict[str, Any]] = json.loads((HERE / "kubectl_bodies.json").read_text(encoding="utf-8"))
UPSTREAM: dict[str, Any] = json.loads(gzip.decompress((HERE / "upstream_bodies.json.gz").read_bytes()))


def said(value: Any) -> Any:
    """JSON without nulls, which stand for what is not set."""
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items() if each is not None}
    return [said(each) for each in value] if isinstance(value, list) else value


def varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def body(api_version: str, kind: str, raw: bytes) -> bytes:
    return MAGIC + field(1, field(1, api_version.encode()) + field(2, kind.encode())) + field(2, raw)


@pytest.mark.parametrize("sent", KUBECTL, ids=[each["path"] for each in KUBECTL])
def test_kubectl_says_the_same_in_both(sent: dict[str, Any]) -> None:
    assert said(decode(base64.b64decode(sent["protobuf"]))) == said(sent["json"])


@pytest.mark.parametrize("name", UPSTREAM)
def test_every_field_of_every_kind(name: str) -> None:
    assert said(decode(base64.b64decode(UPSTREAM[name]["protobuf"]))) == said(UPSTREAM[name]["json"])


def test_what_json_leaves_out_is_left_out_and_pointers_to_zero_stay() -> None:
    # replicas and progressDeadlineSeconds are pointers, minReadySeconds is none.
    deployment = decode(body("apps/v1", "Deployment", field(2, field(1, 0) + field(5, 0) + field(9, 0))))
    assert deployment["spec"] == {"replicas": 0, "progressDeadlineSeconds": 0}
    pod = decode(body("v1", "Pod", field(2, field(1, field(1, b"v") + field(2, field(2, b""))) + field(11, 0))))
    assert pod["spec"] == {"volumes": [{"name": "v", "emptyDir": {}}]}


def test_delete_options_are_spoken_in_every_group() -> None:
    options = field(1, 30) + field(4, b"Background")
    assert decode(body("apps/v1", "DeleteOptions", options)) == {
        "apiVersion": "apps/v1",
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 30,
        "propagationPolicy": "Background",
    }


def test_unknown_fields_are_skipped_and_packed_numbers_read() -> None:
    raw = field(99, b"x") + field(2, field(1, b"") + field(14, field(4, varint(7) + varint(8))))
    assert decode(body("v1", "Pod", raw))["spec"]["securityContext"] == {"supplementalGroups": [7, 8]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty data"),
        (b"{}", "expected prefix \\[107 56 115 0\\]"),
        (MAGIC, 'no kind "" is registered for version ""'),
        (body("v1", "Nope", b""), 'no kind "Nope" is registered for version "v1" in scheme'),
        (body("apps.evil/v1", "Deployment", b""), "is registered for version"),
        (MAGIC + b"\x12\x05a", "unexpected EOF"),
        (body("v1", "Pod", b"\x0a\x7f"), "unexpected EOF"),
        (body("v1", "Pod", b"\x08\x01"), "proto: wrong wireType = 0 for field Metadata"),
        (body("v1", "Pod", b"\x0b"), "unexpected end of group"),
        (body("v1", "Pod", b"\x0e"), "proto: illegal wireType 6"),
        (body("v1", "Pod", b"\x02\x00"), "proto: illegal tag 0"),
        (body("v1", "Pod", b"\xff" * 11), "proto: integer overflow"),
        (body("v1", "Pod", b"\x0a" + b"\xff\xff\xff\xff\x0f"), "negative length"),
        (body("apps/v1", "ControllerRevision", field(2, field(1, b"{"))), "invalid raw JSON"),
        (body("apps/v1", "ControllerRevision", field(2, field(1, b"NaN"))), "invalid raw JSON"),
        (body("apps/v1", "ControllerRevision", field(2, field(1, b"[" * 200_000))), "max depth|invalid raw JSON"),
        (body("v1", "Pod", field(1, field(8, field(1, 2**62)))), "year outside of range"),
    ],
)
def test_nonsense_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtobufError, match=words):
        decode(data)


def test_nesting_is_bounded() -> None:
    schema = b""
    for _level in range(DEPTH_MAX + 5):
        schema = field(28, schema)
    version = field(1, b"v1") + field(4, field(1, schema))
    with pytest.raises(ProtobufError, match="max depth"):
        decode(body("apiextensions.k8s.io/v1", "CustomResourceDefinition", field(2, field(7, version))))


def test_the_number_of_fields_is_bounded() -> None:
    with pytest.raises(ProtobufError, match="too many fields"):
        decode(body("v1", "ConfigMap", b"\x20\x00" * (FIELDS_MAX + 1)))


@given(st.sampled_from(sorted(UPSTREAM)), st.integers(0, 10_000), st.binary(max_size=8))
def test_damaged_bodies_never_raise_anything_else(name: str, place: int, damage: bytes) -> None:
    data = base64.b64decode(UPSTREAM[name]["protobuf"])
    place %= len(data)
    for damaged in (data[:place], data[:place] + damage + data[place + len(damage) :]):
        try:
            found = decode(damaged)
        except ProtobufError:
            continue
        json.dumps(found)


def test_the_table_agrees_with_the_published_schemas() -> None:
    schemas = {".".join(name.split(".")[-3:]): schema for name, schema in definitions().items() if "." in name}
    checked = 0
    for message in protobuf._table():
        properties = schemas.get(message, {}).get("properties")
        if properties:
            names = {each.name for each in protobuf.fields_of(message).values()} - {"-"}
            assert names <= set(properties), message
            checked += 1
    assert checked > 300


def test_an_error_tells_what_the_body_says_it_is() -> None:
    with pytest.raises(ProtobufError) as raised:
        decode(body("apps/v1", "Deployment", b"\x0a\x7f"))
    assert (raised.value.api_version, raised.value.kind) == ("apps/v1", "Deployment")
