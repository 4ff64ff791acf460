"""What `kubeadm init` leaves behind."""

from __future__ import annotations

from cluster_core.cluster.config import ClusterConfig, Machine
from cluster_core.cluster.kube_system import first_objects, static_pods
from cluster_core.cluster.world import boot
from cluster_core.sim.trace import Trace


def test_the_control_plane_is_static_pods() -> None:
    config = ClusterConfig(nodes=1)
    there = {pod["metadata"]["name"] for pod in static_pods(config, "control-plane")}
    assert {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd-1"} <= there
    assert static_pods(config, "node-1") == []


def test_every_node_has_its_agents_before_it_is_ready() -> None:
    world = boot(ClusterConfig(nodes=2), 1, Trace(1_000))
    for key in ("kube-system/kube-proxy", "kube-flannel/kube-flannel-ds"):
        status = world.objects("daemonsets.apps")[key]["status"]
        assert status["desiredNumberScheduled"] == status["numberReady"] == 3
    for process in (*world.kube_proxies, *world.flannelds):
        assert not process.down
    told = [event["reason"] for event in world.objects("events").values()]
    assert "NodeReady" in told and "FailedCreatePodSandBox" not in told
    for node in world.objects("nodes").values():
        keys = [taint["key"] for taint in node["spec"].get("taints") or ()]
        assert "node.kubernetes.io/not-ready" not in keys


def test_dns_is_a_deployment_with_a_fixed_address() -> None:
    world = boot(ClusterConfig(nodes=2), 1, Trace(1_000))
    assert world.objects("services")["kube-system/kube-dns"]["spec"]["clusterIP"] == "10.96.0.10"
    assert world.objects("services")["default/kubernetes"]["spec"]["clusterIP"] == "10.96.0.1"
    assert world.objects("deployments.apps")["kube-system/coredns"]["status"]["availableReplicas"] == 2
    assert {"default", "kube-system", "kube-public", "kube-node-lease"} <= set(world.objects("namespaces"))


def test_a_bare_cluster_has_none_of_it() -> None:
    config = ClusterConfig(machines=(Machine("n1", "1", "1Gi"),), kube_system=False)
    assert static_pods(config, "n1") == []
    found = {resource for resource, _ in first_objects(config)}
    assert found == {"clusterrolebindings.rbac.authorization.k8s.io", "services"}
