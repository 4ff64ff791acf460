"""Rows of metrics."""

from __future__ import annotations

from cluster_core.apiserver.tables.metrics import METRICS


def test_a_pod_is_the_sum_of_its_containers() -> None:
    containers = [{"usage": {"cpu": "1500000n", "memory": "1024Ki"}}, {"usage": {"cpu": "500000n", "memory": "512Ki"}}]
    given = {"metadata": {"name": "p"}, "containers": containers, "window": "15s"}
    assert METRICS.cells(given, 0) == ["p", "2m", "1536Ki", "15s"]


def test_a_node_has_its_own_usage() -> None:
    given = {"metadata": {"name": "n"}, "usage": {"cpu": "250m", "memory": "2Gi"}, "window": "20s"}
    assert METRICS.cells(given, 0) == ["n", "250m", "2Gi", "20s"]
