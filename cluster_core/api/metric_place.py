"""Paths of metrics: what is asked of custom.metrics.k8s.io and external.metrics.k8s.io.

    /apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/pods/*/http_requests_per_second
    /apis/custom.metrics.k8s.io/v1beta2/nodes/node-1/temperature
    /apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/metrics/orders          of the namespace itself
    /apis/external.metrics.k8s.io/v1beta1/namespaces/shop/queue_messages

Upstream: custom-metrics-apiserver `pkg/apiserver/installer`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.api.errors import ApiError, unknown_resource
from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.metric_values import CUSTOM, EXTERNAL
from cluster_core.api.place import Place

VALUES = "metricvalues"


def is_metric(place: Place) -> bool:
    """Whether a path asks for values of metrics."""
    return place.group in (CUSTOM, EXTERNAL) and place.plural != VALUES


def asked_metric(place: Place) -> tuple[Place, dict[str, Any]]:
    """The list of values that a path means, and its options: metric, kind and object. Raises 404."""
    found = replace(place, plural=VALUES, name="", subresource="", rest="")
    if place.group == EXTERNAL:
        if not place.namespace or place.name:
            raise unknown_resource()
        return found, {"metric": place.plural}
    if place.plural == "metrics" and place.namespace and place.name:
        return found, {"metric": place.name, "kind": "Namespace", "object": place.namespace}
    if not place.name or not place.subresource:
        raise unknown_resource()
    about = {"kind": _kind(place.plural), "metric": place.subresource}
    return found, about if place.name == "*" else {**about, "object": place.name}


def _kind(resource: str) -> str:
    try:
        return by_resource(resource).kind
    except ApiError as error:
        raise unknown_resource() from error
