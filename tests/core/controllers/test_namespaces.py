"""What every namespace gets."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster

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
