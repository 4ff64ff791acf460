"""A pod is told to be an endpoint when a slice says so, from its readiness until it leaves."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.traffic import endpoint_spans
from cluster_core.projection.workload_cards import EndpointSpan
from tests.core.projection.test_cards import misfit

SECOND = 1_000_000
MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "nginx:1.27", lifecycle: {preStop: {sleep: {seconds: 5}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def test_from_readiness_over_termination_until_it_is_gone() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    cluster.apply(Command("apply", {"manifest": MANIFEST}).parsed())
    cluster.advance(30 * SECOND, 100_000)
    ready = next(one.at for one in cluster.trace.entries if one.message_id == "pod.ready")
    before = endpoint_spans(cluster.world, cluster.trace, "default", "web")
    assert [(one["service"], one["state"]) for one in before] == [("web", "not-ready"), ("web", "ready")]
    assert before[0]["to"] == before[1]["begin"] and 0 < before[1]["begin"] - ready < SECOND
    assert before[1]["to"] is None and not misfit(before, list[EndpointSpan])
    cluster.apply(Command("delete", {"resource": "pods", "namespace": "default", "name": "web"}).parsed())
    cluster.advance(60 * SECOND, 100_000)
    told = endpoint_spans(cluster.world, cluster.trace, "default", "web")
    assert [one["state"] for one in told][:3] == ["not-ready", "ready", "terminating"]
    assert 30 * SECOND < told[2]["begin"] < 31 * SECOND and all(one["to"] is not None for one in told)
    cluster.seek(at=20 * SECOND)
    assert endpoint_spans(cluster.world, cluster.trace, "default", "web") == before
    assert endpoint_spans(cluster.world, cluster.trace, "default", "another") == []
    assert endpoint_spans(cluster.world, cluster.trace, "kube-system", "web") == []
