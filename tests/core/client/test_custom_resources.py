"""Loops that follow custom resources, in a whole cluster."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Request
from cluster_core.client.custom_resources import served_resource
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from tests.core.apiserver.crontab import CRDS, RESOURCE, crontab, definition

ADMIN = {"user": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]}
SECOND = 1_000_000


def write(cluster: Cluster, verb: str, resource: str, namespace: str = "default", **fields: Any) -> Obj:
    command = Command("request", {**ADMIN, "verb": verb, "resource": resource, "namespace": namespace, **fields})
    answer = cluster.run_until_answered(cluster.apply(command))
    assert answer is not None
    found: Obj = answer[0]
    return found


def there(cluster: Cluster, resource: str, name: str, namespace: str = "default") -> bool:
    return cluster.read(
        Request(1, "", "kubernetes-admin", "get", resource, namespace, name, groups=tuple(ADMIN["groups"]))
    ).ok


def owned(obj: Obj, owner: Obj) -> Obj:
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }
    return {**obj, "metadata": {**obj["metadata"], "ownerReferences": [reference]}}


def test_served() -> None:
    crd = definition()
    assert served_resource(None) is served_resource(crd) is None
    crd["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
    assert served_resource(crd) == (RESOURCE, True)


def test_custom_objects_live_and_end_with_others() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    write(cluster, "create", CRDS, "", body=definition())
    cluster.advance(cluster.now + SECOND, 1_000_000)
    top = write(cluster, "create", RESOURCE, body=crontab("top"))["body"]
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "below"}}
    write(cluster, "create", "configmaps", body=owned(config, top))
    write(cluster, "create", RESOURCE, body=owned(crontab("child"), top))
    write(
        cluster, "create", "namespaces", "", body={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}}
    )
    write(cluster, "create", RESOURCE, "ns", body=crontab("inside"))
    cluster.advance(cluster.now + 5 * SECOND, 1_000_000)
    assert there(cluster, "configmaps", "below") and there(cluster, RESOURCE, "child")
    write(cluster, "delete", RESOURCE, name="top")
    write(cluster, "delete", "namespaces", "", name="ns")
    cluster.advance(cluster.now + 20 * SECOND, 1_000_000)
    assert not there(cluster, "configmaps", "below")
    assert not there(cluster, RESOURCE, "child")
    assert not there(cluster, "namespaces", "ns", "")
    write(cluster, "create", RESOURCE, body=crontab("last"))
    write(cluster, "delete", CRDS, "", name=RESOURCE)
    cluster.advance(cluster.now + 5 * SECOND, 1_000_000)
    assert not there(cluster, CRDS, RESOURCE, "")
    again = Cluster(ClusterConfig(), 1, [Command.from_log(command.to_log()) for command in cluster.commands])
    again.replay(cluster.head_number, cluster.head_now)
    assert again.state_hash() == cluster.state_hash()
