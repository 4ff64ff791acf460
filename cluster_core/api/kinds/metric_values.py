"""custom.metrics.k8s.io and external.metrics.k8s.io: values of metrics that are not CPU or memory. Upstream: `k8s.io/metrics`.

Served by an adapter once an APIService names the group, stored nowhere. Real adapters tell in discovery of each metric as a resource
("pods/http_requests_per_second"); here the group has one resource.
"""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind

CUSTOM, EXTERNAL = "custom.metrics.k8s.io", "external.metrics.k8s.io"


class CustomMetricValue(Kind):
    """The value of a metric of an object."""

    group, version, kind, plural = CUSTOM, "v1beta2", "MetricValue", "metricvalues"
    has_status = has_spec = stored = False
    verbs = ("get", "list")


class ExternalMetricValue(Kind):
    """The value of a metric of something outside the cluster."""

    group, version, kind, plural = EXTERNAL, "v1beta1", "ExternalMetricValue", "metricvalues"
    has_status = has_spec = stored = False
    verbs = ("get", "list")


# Kinds of groups that are served while there is an APIService for them.
AGGREGATED: tuple[Kind, ...] = (CustomMetricValue(), ExternalMetricValue())
