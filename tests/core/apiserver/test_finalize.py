"""Finalizers of namespaces."""

from __future__ import annotations

from cluster_core.api.request import Obj, Response
from tests.core.apiserver.plane import Plane


def finalize(plane: Plane, *names: str) -> Response:
    made = plane.get("namespaces", "default", "")
    assert made is not None
    body: Obj = {**made, "spec": {"finalizers": list(names)}}
    return plane.ask("update", "namespaces", name="default", subresource="finalize", body=body)


def test_finalizers_are_named() -> None:
    plane = Plane()
    assert finalize(plane, "kubernetes", "example.com/x").body["spec"]["finalizers"] == ["kubernetes", "example.com/x"]
    answer = finalize(plane, "mine", "a b")
    assert answer.code == 422
    for words in (
        'spec.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
        'spec.finalizers[1]: Invalid value: "a b": name part must consist of',
    ):
        assert words in answer.body["message"]
