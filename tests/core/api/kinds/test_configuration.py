"""ConfigMaps and Secrets in upstream's words."""

from __future__ import annotations

import base64

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused
from tests.core.api.kinds.tables import refusal
from tests.core.apiserver.plane import Plane

CASES: list[tuple[str, Obj, str]] = [
    (
        "configmaps",
        {"metadata": {"name": "web"}, "data": {"a b": ""}},
        'data[a b]: Invalid value: "a b": a valid config key',
    ),
    (
        "configmaps",
        {"metadata": {"name": "web"}, "data": {"a": "x" * (2**20 + 1)}},
        "Too long: may not be more than 1048576 bytes",
    ),
    ("secrets", {"metadata": {"name": "web"}, "type": "kubernetes.io/tls"}, "data[tls.crt]: Required value"),
]


@pytest.mark.parametrize(("resource", "body", "words"), CASES)
def test_refusals(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


def test_secrets_keep_texts_encoded() -> None:
    made = Plane().made("secrets", {"metadata": {"name": "s"}, "stringData": {"a": "hi"}, "data": {"b": "eA=="}})
    assert (made["data"], made["type"], "stringData" in made) == ({"a": "aGk=", "b": "eA=="}, "Opaque", False)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("service-account-token", {}, "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
        ("basic-auth", {}, "data[username]: Required value"),
        ("dockercfg", {".dockercfg": "eA=="}, 'data[.dockercfg]: Invalid value: "<secret contents redacted>"'),
        ("dockerconfigjson", {".dockerconfigjson": "W10="}, "cannot unmarshal"),
    ],
)
def test_typed_secrets(kind: str, data: dict[str, str], words: str) -> None:
    assert words in refusal("secrets", {"metadata": {"name": "s"}, "type": f"kubernetes.io/{kind}", "data": data})


def test_sizes_count_what_is_decoded() -> None:
    text = base64.b64encode(b"x" * (1024 * 1024)).decode()
    secret: Obj = {"metadata": {"name": "a"}, "data": {"k": text}}
    assert Plane().made("secrets", secret)
    words = refusal("secrets", {**secret, "data": {"k": text, "l": "YQ=="}})
    assert "data: Too long: may not be more than 1048576 bytes" in words
    words = refusal("configmaps", {"metadata": {"name": "a"}, "data": {"k": "x" * (1024 * 1024 + 1)}})
    assert '"a" is invalid: []: Too long: may not be more than 1048576 bytes' in words
