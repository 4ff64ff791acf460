"""Kinds of the metrics APIs."""

from __future__ import annotations

from cluster_core.api.kinds.metric_values import AGGREGATED


def test_they_are_read_only_and_stored_nowhere() -> None:
    assert [kind.resource for kind in AGGREGATED] == [
        "metricvalues.custom.metrics.k8s.io",
        "metricvalues.external.metrics.k8s.io",
    ]
    assert [kind.api_version for kind in AGGREGATED] == [
        "custom.metrics.k8s.io/v1beta2",
        "external.metrics.k8s.io/v1beta1",
    ]
    assert not any(kind.stored or set(kind.verbs) - {"get", "list"} for kind in AGGREGATED)
