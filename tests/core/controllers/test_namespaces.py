"""What every namespace gets, and what its end takes along."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster, deployment

SPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: space}}"


def test_a_new_namespace_gets_an_account_and_the_certificate() -> None:
    cluster = SmallCluster()
    cluster.create(SPACE)
    cluster.run(1)
    assert cluster.get("serviceaccounts", "default", "space") is not None
    assert cluster.get("configmaps", "kube-root-ca.crt", "space") is not None
    cluster.ask("delete", "serviceaccounts", "default", namespace="space")
    cluster.run(1)
    assert cluster.get("serviceaccounts", "default", "space") is not None


def test_its_end_takes_everything_along() -> None:
    cluster = SmallCluster()
    cluster.create(SPACE)
    cluster.run(1)
    cluster.create(
        deployment(replicas=2).replace("metadata: {name: web}", "metadata: {name: web, namespace: space}", 1)
    )
    cluster.run(4)
    assert len(cluster.all("pods", "space")) == 2
    cluster.delete("namespaces", "space")
    found = cluster.world.objects("namespaces").get("space")
    assert found is not None and found["status"]["phase"] == "Terminating"
    refused = cluster.ask(
        "create",
        "configmaps",
        namespace="space",
        body={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}},
    )
    assert refused.code == 403 and "because it is being terminated" in refused.body["message"]
    cluster.run(20)
    assert "space" not in cluster.world.objects("namespaces")
    for resource in ("pods", "replicasets.apps", "deployments.apps", "serviceaccounts", "configmaps", "events"):
        assert not cluster.all(resource, "space"), resource
