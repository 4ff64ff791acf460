"""The published schemas from JSON Schemas of a few lines."""

from __future__ import annotations

from tools import make_openapi


def test_nulls_and_narrowed_versions_go() -> None:
    given = {
        "properties": {
            "apiVersion": {"description": "words", "type": ["string", "null"], "enum": ["v1"]},
            "args": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
            "spec": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec", "description": "more"},
            "plain": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec"},
        }
    }
    reference = {"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"}
    assert make_openapi.published(given) == {
        "type": "object",
        "properties": {
            "apiVersion": {"description": "words", "type": "string"},
            "args": {"type": "array", "items": {"type": "string"}},
            "spec": {"allOf": [reference], "description": "more"},
            "plain": reference,
        },
    }


def test_fields_that_are_called_like_keywords_stay_fields() -> None:
    given = {
        "properties": {
            "$ref": {"type": ["string", "null"]},
            "items": {"type": "object"},
            "properties": {"type": "object"},
        }
    }
    assert set(make_openapi.published(given)["properties"]) == {"$ref", "items", "properties"}


def test_metrics_have_lists_and_containers() -> None:
    meta = {"apiVersion": {}, "kind": {}, "metadata": {"description": "words"}}
    found = make_openapi.metrics(
        {
            "io.k8s.api.core.v1.Pod": {"properties": meta},
            "io.k8s.api.core.v1.PodList": {"properties": {**meta, "items": {}}},
        }
    )
    names = {name.rpartition(".")[2] for name in found}
    assert names == {"ContainerMetrics", "NodeMetrics", "NodeMetricsList", "PodMetrics", "PodMetricsList"}
    pod = found[f"{make_openapi.METRICS}.PodMetrics"]
    assert pod["x-kubernetes-group-version-kind"] == [
        {"group": "metrics.k8s.io", "version": "v1beta1", "kind": "PodMetrics"}
    ]
    assert set(pod["properties"]) == {"apiVersion", "kind", "metadata", "timestamp", "window", "containers"}
