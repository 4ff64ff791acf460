"""Bodies from strangers: what they hold, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.bodies import duplicates, media_of, read_json, read_object, read_patch


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'{"a": null, "b": [true, 1.5]}', {"a": None, "b": [True, 1.5]}),
        (b'{"a": 9223372036854775807}', {"a": 2**63 - 1}),
        (b'{"a": 9223372036854775808}', {"a": 9.223372036854775808e18}),
        (b"[-99999999999999999999]", [-1e20]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_json(text: bytes, value: Any) -> None:
    found = read_json(text)
    assert found.value == value
    assert isinstance(found.value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{} {}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"a": 1e999}',
        b"\xff{}",
        b"[" * 101 + b"]" * 101,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 1_000,
        b"1" * 5_000,
        b"nul",
        b"{'a': 1}",
    ],
)
def test_what_is_no_json(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the parser's
        read_json(text)
    with pytest.raises(ApiError) as refused:
        read_object(text, "application/json", "Pod")
    assert refused.value.code == 400
    assert refused.value.message.startswith(
        "the object provided is unrecognized (must be of type Pod): couldn't get version/kind"
    )
    assert len(refused.value.message) < 500


def test_nesting_of_100_is_read() -> None:
    assert read_json(b"[" * 100 + b"]" * 100).value


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b'{"a": 1, "b": {"a": 1}}', []),
        (b'{"a": 1, "a": 2, "a": 3}', ["a"]),
        (b'{"spec": {"replicas": 1, "replicas": 2}}', ["spec.replicas"]),
        (b'{"spec": {"c": [{"n": 1}, {"n": 1, "n": 2}]}, "spec": {}}', ["spec.c[1].n", "spec"]),
    ],
)
def test_fields_that_are_given_twice(text: bytes, paths: list[str]) -> None:
    assert duplicates(text) == paths


def test_media_types() -> None:
    assert media_of("Application/JSON; charset=utf-8") == "application/json"
    assert read_object(b"{}", "", "Pod").value == {}
    assert read_object(b"a: 1", "application/yaml", "Pod").value == {"a": 1}
    for read in (lambda kind: read_object(b"{}", kind, "Pod"), lambda kind: read_patch(b"{}", kind)):
        with pytest.raises(ApiError) as refused:
            read("text/plain")
        assert refused.value.code == 415


@pytest.mark.parametrize(
    ("content_type", "text", "patch_type", "value"),
    [
        ("application/merge-patch+json", b'{"a": null}', "merge", {"a": None}),
        ("application/json-patch+json", b"[]", "json", []),
        ("application/strategic-merge-patch+json", b"{}", "strategic", {}),
        ("application/apply-patch+yaml", b"a: {b: c}", "apply", {"a": {"b": "c"}}),
        ("application/apply-patch+yaml", b'{"a": {"b": "c"}}', "apply", {"a": {"b": "c"}}),
    ],
)
def test_patches(content_type: str, text: bytes, patch_type: str, value: Any) -> None:
    found, body = read_patch(text, content_type)
    assert (found, body.value) == (patch_type, value)


@pytest.mark.parametrize(
    "text", [b"a: *b", b"a: &a [*a]", b"!!python/object:os.system {}", b"a: 1\na: 2", b"--- 1\n--- 2", b"\x00"]
)
def test_yaml_that_is_refused(text: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        read_patch(text, "application/apply-patch+yaml")
    assert refused.value.code == 400


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"nope",
            r"the object provided is unrecognized \(must be of type Pod\): provided data does not appear to be a protobuf",
        ),
        (
            b"k8s\x00\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x02\x0a\x7f",
            'Pod in version "v1" cannot be handled as a Pod: unexpected EOF',
        ),
    ],
)
def test_protobuf_that_is_none(data: bytes, words: str) -> None:
    with pytest.raises(ApiError, match=words) as raised:
        read_object(data, "application/vnd.kubernetes.protobuf", "Pod")
    assert raised.value.code == 400
