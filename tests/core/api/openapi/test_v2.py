"""OpenAPI v2 in protobuf, read back: kubectl itself reads it in the tests with real clients."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.v2 import published_v2
from cluster_core.api.request import Obj


class Widget(Kind):
    """A custom kind."""

    group, kind, plural = "example.com", "Widget", "widgets"

    def published_schema(self, version: str) -> Obj:
        inner = {"oneOf": [{"type": "string"}], "nullable": True, "x-kubernetes-int-or-string": True}
        return {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": inner}}}}


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0

    def varint() -> int:
        nonlocal place
        result = shift = 0
        while True:
            byte = data[place]
            place += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    while place < len(data):
        tag, size = varint(), varint()
        assert tag & 7 == 2, "nothing but texts and messages is written"
        yield tag >> 3, data[place : place + size]
        place += size


def only(data: bytes, number: int) -> bytes:
    return next(value for each, value in fields(data) if each == number)


def named(data: bytes, number: int) -> dict[str, bytes]:
    return {only(value, 1).decode(): only(value, 2) for each, value in fields(data) if each == number}


@pytest.fixture(scope="module")
def document() -> bytes:
    return published_v2([*KINDS, Widget()]).body


def definitions(document: bytes) -> dict[str, bytes]:
    return named(only(document, 9), 1)


def properties(schema: bytes) -> dict[str, bytes]:
    return named(only(schema, 25), 1)


def extension(part: bytes, number: int, name: str) -> object:
    return json.loads(only(named(part, number)[name], 2))


def test_it_is_swagger_of_every_group(document: bytes) -> None:
    assert only(document, 1) == b"2.0"
    paths = named(only(document, 8), 2)
    assert {"/api/v1/pods", "/apis/apps/v1/deployments", "/apis/example.com/v1/widgets"} <= set(paths)


def test_patch_says_what_it_consumes_and_takes_field_validation(document: bytes) -> None:
    patch = only(named(only(document, 8), 2)["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"], 8)
    consumes = [value for number, value in fields(patch) if number == 7]
    assert b"application/strategic-merge-patch+json" in consumes
    names = [only(only(only(only(each, 1), 2), 3), 4) for number, each in fields(patch) if number == 8]
    assert b"fieldValidation" in names
    assert extension(patch, 13, "x-kubernetes-group-version-kind") == {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
    }


def test_references_and_extensions(document: bytes) -> None:
    found = definitions(document)
    spec = properties(found["io.k8s.api.core.v1.PodSpec"])
    assert extension(spec["containers"], 31, "x-kubernetes-patch-merge-key") == "name"
    assert only(only(only(spec["containers"], 23), 1), 1) == b"#/definitions/io.k8s.api.core.v1.Container"
    assert only(spec["affinity"], 1) == b"#/definitions/io.k8s.api.core.v1.Affinity"
    assert only(only(found["io.k8s.apimachinery.pkg.api.resource.Quantity"], 22), 1) == b"string"


def test_every_reference_leads_somewhere(document: bytes) -> None:
    found = {name.encode() for name in definitions(document)}
    assert len(found) > 400
    assert set(re.findall(rb"#/definitions/([\w.-]+)", document)) <= found


def test_what_v2_cannot_say_is_left_out(document: bytes) -> None:
    size = properties(properties(definitions(document)["com.example.v1.Widget"])["spec"])["size"]
    assert [number for number, _value in fields(size)] == [31]
    assert extension(size, 31, "x-kubernetes-int-or-string") is True


def test_it_is_kept_until_a_schema_changes() -> None:
    assert published_v2(KINDS) is published_v2(list(KINDS))
    assert published_v2(KINDS).hash != published_v2([*KINDS, Widget()]).hash
