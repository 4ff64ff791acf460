"""Metadata of every kind in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import pod, refused

CASES: list[tuple[Obj, str]] = [
    ({"name": "Web"}, 'metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of'),
    ({"generateName": "Web-"}, 'metadata.generateName: Invalid value: "Web": a lowercase RFC 1123 subdomain'),
    ({"name": "web", "labels": {"a b": "c"}}, 'metadata.labels: Invalid value: "a b": name part must consist of'),
    (
        {"name": "web", "labels": {"a": "b c"}},
        'metadata.labels: Invalid value: "b c": a valid label must be an empty string',
    ),
    (
        {"name": "web", "annotations": {"a b": "c"}},
        'metadata.annotations: Invalid value: "a b": name part must consist of',
    ),
    (
        {"name": "web", "annotations": {"a": "x" * 2**18}},
        "metadata.annotations: Too long: may not be more than 262144 bytes",
    ),
    (
        {"name": "web", "ownerReferences": [{}]},
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
    ),
    ({"name": "web", "finalizers": ["a b"]}, 'metadata.finalizers: Invalid value: "a b": name part must consist of'),
]


@pytest.mark.parametrize(("meta", "words"), CASES)
def test_metadata(meta: Obj, words: str) -> None:
    assert words in refused("pods", {**pod(), "metadata": meta})


def test_two_controllers() -> None:
    owner = {"apiVersion": "v1", "kind": "A", "name": "a", "uid": "u", "controller": True}
    message = refused(
        "pods", {**pod(), "metadata": {"name": "web", "ownerReferences": [owner, {**owner, "name": "b"}]}}
    )
    assert 'Found "true" in references for A/a and A/b' in message
