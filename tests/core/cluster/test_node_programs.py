"""kube-proxy and flanneld live as long as their pods; what they programmed stays in the kernel."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.dataplane.netfilter import save
from tests.core.kubeproxy.test_kube_proxy import CHAIN, pod, service

SECOND = 1_000_000


def rules(cluster: Cluster, node: str) -> str:
    return save(cluster.world.network.fabric.stacks[node].netfilter)


def agent(cluster: Cluster, namespace: str, prefix: str, node: str) -> str:
    (name,) = (
        one["metadata"]["name"]
        for key, one in cluster.world.objects("pods").items()
        if key.startswith(f"{namespace}/{prefix}") and one["spec"].get("nodeName") == node
    )
    return str(name)


def keep_off(cluster: Cluster, namespace: str, name: str) -> None:
    """Take a DaemonSet's pods off every node, and wait until they are gone."""
    body = {"spec": {"template": {"spec": {"nodeSelector": {"nowhere": "true"}}}}}
    params = {"verb": "patch", "resource": "daemonsets.apps", "namespace": namespace, "name": name, "body": body}
    user = {"user": "kubernetes-admin", "groups": ["system:masters"], "options": {"patch_type": "merge"}}
    cluster.run_until_answered(cluster.apply(Command("request", {**params, **user})))
    cluster.advance(cluster.now + 60 * SECOND, 10**6)


def test_a_deleted_kube_proxy_comes_back_and_catches_up() -> None:
    cluster = Cluster(ClusterConfig(nodes=2, objects=(pod(),)), seed=3)
    cluster.advance(10 * SECOND, 10**6)
    name, process = (
        agent(cluster, "kube-system", "kube-proxy", "node-1"),
        cluster.world.sim.processes["kube-proxy/node-1"],
    )
    cluster.apply(Command("delete", {"resource": "pods", "name": name, "namespace": "kube-system"}))
    while not process.down:
        cluster.step()
    before = rules(cluster, "node-1")
    cluster.run_until_answered(cluster.apply(Command("apply", {"objects": [service()]})))
    assert process.down and "KUBE-SERVICES" in before
    assert rules(cluster, "node-1") == before, "the kernel keeps what it was told, and hears nothing new"
    cluster.advance(cluster.now + 20 * SECOND, 10**6)
    assert not process.down and f":{CHAIN} -" in rules(cluster, "node-1")
    assert agent(cluster, "kube-system", "kube-proxy", "node-1") != name


def test_without_kube_proxy_new_services_are_unknown_to_the_nodes() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), seed=3)
    keep_off(cluster, "kube-system", "kube-proxy")
    assert all(one.down for one in cluster.world.kube_proxies)
    cluster.apply(Command("apply", {"objects": [service(), pod()]}))
    cluster.advance(cluster.now + 20 * SECOND, 10**6)
    assert CHAIN not in rules(cluster, "node-1")
    assert "KUBE-SERVICES" in rules(cluster, "node-1")


def test_a_node_that_boots_has_a_pod_network_again_once_its_flannel_runs() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=5)
    cluster.apply(Command("fault", {"fault": "node-down", "target": "node-1"}))
    cluster.advance(cluster.now + SECOND, 10**6)
    assert cluster.world.sim.processes["flannel/node-1"].down
    cluster.apply(Command("fault", {"fault": "node-up", "target": "node-1"}))
    cluster.advance(cluster.now + 100_000, 10**6)
    assert cluster.world.sim.processes["flannel/node-1"].down, "its container is not started yet"
    cluster.advance(cluster.now + 30 * SECOND, 10**6)
    assert not cluster.world.sim.processes["flannel/node-1"].down
    assert "flannel.1" in cluster.world.network.fabric.stacks["node-1"].interfaces


def test_a_restarted_flanneld_finds_its_device_and_adds_no_rule_twice() -> None:
    cluster = Cluster(ClusterConfig(nodes=2), seed=5)
    stack, before = cluster.world.network.fabric.stacks["node-1"], rules(cluster, "node-1")
    programs = cluster.world.programs
    programs.end("flannel", "node-1")
    assert "flannel.1" in stack.interfaces and "10.244.2.0/24" in stack.routes
    programs.begin("flannel", "node-1")
    programs.begin("flannel", "nowhere")
    cluster.advance(cluster.now + 5 * SECOND, 10**6)
    assert rules(cluster, "node-1") == before and len(cluster.world.flannelds[1].leases) == 2
