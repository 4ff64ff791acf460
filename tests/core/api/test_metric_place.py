"""Paths of metrics."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.metric_place import asked_metric, is_metric
from cluster_core.api.place import Place, place_of, segments_of

CUSTOM, EXTERNAL = "/apis/custom.metrics.k8s.io/v1beta2/", "/apis/external.metrics.k8s.io/v1beta1/"


def place(path: str) -> Place:
    found = place_of(segments_of(path))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "namespace", "options"),
    [
        (CUSTOM + "namespaces/shop/pods/*/rate", "shop", {"kind": "Pod", "metric": "rate"}),
        (CUSTOM + "namespaces/shop/pods/web-1/rate", "shop", {"kind": "Pod", "metric": "rate", "object": "web-1"}),
        (CUSTOM + "namespaces/shop/deployments.apps/*/rate", "shop", {"kind": "Deployment", "metric": "rate"}),
        (CUSTOM + "nodes/node-1/heat", "", {"kind": "Node", "metric": "heat", "object": "node-1"}),
        (
            CUSTOM + "namespaces/shop/metrics/orders",
            "shop",
            {"kind": "Namespace", "metric": "orders", "object": "shop"},
        ),
        (EXTERNAL + "namespaces/shop/queue", "shop", {"metric": "queue"}),
    ],
)
def test_a_path_says_metric_and_object(path: str, namespace: str, options: dict[str, Any]) -> None:
    assert is_metric(place(path))
    found, told = asked_metric(place(path))
    assert (found.plural, found.namespace, found.name, told) == ("metricvalues", namespace, "", options)


@pytest.mark.parametrize(
    "path",
    [
        CUSTOM + "namespaces/shop/pods",
        CUSTOM + "namespaces/shop/pods/x",
        CUSTOM + "namespaces/shop/dragons/*/rate",
        EXTERNAL + "queue",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    with pytest.raises(ApiError, match="could not find the requested resource"):
        asked_metric(place(path))


def test_other_groups_have_no_metrics() -> None:
    assert not is_metric(place("/apis/metrics.k8s.io/v1beta1/nodes"))
    assert not is_metric(place(CUSTOM + "namespaces/shop/metricvalues"))
