"""metrics-server in a booted cluster: it answers, for whom it may, and not while it is away."""

from __future__ import annotations

from cluster_core.api.request import Obj, Request, Response
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.metrics_add_on import metrics_objects

SECOND = 1_000_000
PODS, NODES = "pods.metrics.k8s.io", "nodes.metrics.k8s.io"


def ask(cluster: Cluster, resource: str, namespace: str = "", user: str = "kubernetes-admin") -> Response:
    groups = (
        ("kubeadm:cluster-admins", "system:authenticated") if user == "kubernetes-admin" else ("system:authenticated",)
    )
    return cluster.read(Request(1, "", user, "list", resource, namespace, version="v1beta1", groups=groups))


def names(answer: Response) -> list[str]:
    items: list[Obj] = answer.body["items"]
    return [item["metadata"]["name"] for item in items]


def test_it_serves_metrics_of_nodes_and_pods() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), 1)
    assert names(ask(cluster, NODES)) == ["control-plane", "node-1", "node-2"]
    assert any(name.startswith("metrics-server-") for name in names(ask(cluster, PODS, "kube-system")))
    assert ask(cluster, PODS, "default").body["items"] == []
    assert ask(cluster, PODS, "kube-system", user="jane").code == 403


def test_without_it_the_api_is_unavailable() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 1)
    params = {"resource": "deployments.apps", "namespace": "kube-system", "name": "metrics-server", "replicas": 0}
    cluster.apply(Command("scale", params))
    cluster.advance(60 * SECOND, 1_000_000)
    answer = ask(cluster, NODES)
    assert (answer.code, answer.body["message"]) == (503, "the server is currently unable to handle the request")


def test_the_objects_are_those_of_the_release() -> None:
    kinds = [resource for resource, _ in metrics_objects()]
    assert kinds == ["serviceaccounts", "services", "deployments.apps", "apiservices.apiregistration.k8s.io"]
