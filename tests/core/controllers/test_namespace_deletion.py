"""What the end of a namespace takes along, and what holds it up."""

from __future__ import annotations

from cluster_core.controllers.namespace_deletion import conditions_of
from tests.core.controllers.small_cluster import SmallCluster, deployment

SPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: space}}"
HELD = "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: space, finalizers: [example.com/hold]}}"
KEPT = dict.fromkeys(("NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure"), "False")


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
    cluster.run(30)
    assert "space" not in cluster.world.objects("namespaces")
    for resource in ("pods", "replicasets.apps", "deployments.apps", "serviceaccounts", "configmaps", "events"):
        assert not cluster.all(resource, "space"), resource


def test_the_pods_go_first() -> None:
    cluster = SmallCluster()
    cluster.create(SPACE)
    in_space = deployment(replicas=1).replace("metadata: {name: web}", "metadata: {name: web, namespace: space}", 1)
    cluster.create(in_space)
    cluster.run(4)
    cluster.delete("namespaces", "space")
    cluster.run(4)
    assert not cluster.all("pods", "space")[0]["metadata"].get("deletionTimestamp")
    cluster.run(2)
    assert all(one["metadata"].get("deletionTimestamp") for one in cluster.all("pods", "space"))
    assert cluster.get("deployments.apps", "web", "space") is not None
    cluster.run(30)
    assert "space" not in cluster.world.objects("namespaces")


def test_a_finalizer_holds_it_up_and_the_conditions_say_so() -> None:
    cluster = SmallCluster()
    cluster.create(SPACE)
    cluster.create(HELD)
    cluster.delete("namespaces", "space")
    cluster.run(8)
    namespace = cluster.world.objects("namespaces")["space"]
    told = {one["type"]: (one["status"], one["reason"], one["message"]) for one in namespace["status"]["conditions"]}
    assert {name: told[name][0] for name in KEPT} == KEPT
    assert told["NamespaceContentRemaining"] == (
        "True",
        "SomeResourcesRemain",
        "Some resources are remaining: configmaps. has 1 resource instances",
    )
    assert told["NamespaceFinalizersRemaining"] == (
        "True",
        "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    )
    cluster.patch("configmaps", "held", {"metadata": {"finalizers": None}}, namespace="space")
    cluster.run(10)
    assert "space" not in cluster.world.objects("namespaces")


def test_when_all_is_well_every_condition_is_false() -> None:
    assert [one["status"] for one in conditions_of([])] == ["False"] * 5
