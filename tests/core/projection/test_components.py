"""Component cards: every program has one, and its numbers are those of the program."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.cards import ComponentCard
from cluster_core.projection.components import component_cards

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {disk: ssd}, containers: [{name: web, image: "nginx:1.27"}]}
"""
SECOND = 1_000_000


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(ClusterConfig(nodes=2), 5)


def cards(cluster: Cluster) -> dict[str, ComponentCard]:
    return component_cards(cluster.world)


def fault(cluster: Cluster, what: str, target: str) -> None:
    cluster.apply(Command("fault", {"fault": what, "target": target}))
    cluster.advance(cluster.now + SECOND, 100_000)


def test_every_program_has_a_card_with_its_role_and_machine(cluster: Cluster) -> None:
    found = cards(cluster)
    roles = {name: card["role"] for name, card in found.items() if card["role"] != "controller"}
    nodes = ("control-plane", "node-1", "node-2")
    assert roles == {
        "apiserver": "apiserver",
        "etcd-1": "etcd",
        "etcd-2": "etcd",
        "etcd-3": "etcd",
        "kube-scheduler": "scheduler",
        "coredns": "dns",
        "kubectl": "kubectl",
        **{f"{agent}/{node}": agent for agent in ("kubelet", "kube-proxy", "flannel") for node in nodes},
    }
    assert found["kubectl"]["host"] == "workstation" and found["kubelet/node-2"]["host"] == "node-2"
    assert all(name == card["name"] and card["up"] for name, card in found.items())


def test_each_loop_of_the_controller_manager_is_a_component(cluster: Cluster) -> None:
    found = cards(cluster)
    loops = {name: card for name, card in found.items() if card["role"] == "controller"}
    assert {"deployment-controller", "replicaset-controller"} <= set(loops)
    assert "kube-controller-manager" not in found
    assert "deployments.apps" in loops["deployment-controller"]["detail"]["watches"].split(", ")
    assert loops["replicaset-controller"]["detail"]["key"] == "" and loops["replicaset-controller"]["queue"] == 0


def test_a_key_is_counted_while_it_is_in_hand(cluster: Cluster) -> None:
    before = cards(cluster)["deployment-controller"]["detail"]["turns"]
    cluster.apply(Command("apply", {"manifest": WEB}))
    for _ in range(2_000):
        cluster.advance(cluster.now + SECOND, 1)
        card = cards(cluster)["deployment-controller"]
        if card["detail"]["key"]:
            break
    assert (card["detail"]["key"], card["queue"]) == ("default/web", 1)
    cluster.advance(cluster.now + 5 * SECOND, 100_000)
    after = cards(cluster)["deployment-controller"]
    assert after["queue"] == 0 and after["detail"]["turns"] > before


def test_pods_that_fit_nowhere_wait_at_the_scheduler(cluster: Cluster) -> None:
    before = cards(cluster)["kube-scheduler"]
    assert before["queue"] == 0
    cluster.apply(Command("apply", {"manifest": WEB}))
    cluster.advance(cluster.now + 5 * SECOND, 100_000)
    after = cards(cluster)["kube-scheduler"]
    assert after["queue"] == 3 == sum(after["detail"][pool] for pool in ("active", "backoff", "unschedulable"))
    assert after["detail"]["turns"] >= before["detail"]["turns"] + 3


def test_members_of_etcd_tell_their_raft_state(cluster: Cluster) -> None:
    members = [card["detail"] for card in cards(cluster).values() if card["role"] == "etcd"]
    assert sorted(one["raft_role"] for one in members) == ["follower", "follower", "leader"]
    assert len({one["revision"] for one in members}) == 1
    fault(cluster, "member-down", "etcd-1")
    assert [name for name, card in cards(cluster).items() if not card["up"]] == ["etcd-1"]


def test_a_node_that_is_switched_off_takes_its_agents_with_it(cluster: Cluster) -> None:
    fault(cluster, "node-down", "node-1")
    down = sorted(name for name, card in cards(cluster).items() if not card["up"])
    assert down == ["flannel/node-1", "kube-proxy/node-1", "kubelet/node-1"]


def test_commands_that_are_not_answered_yet_are_counted(cluster: Cluster) -> None:
    done = cards(cluster)["kubectl"]["detail"]["commands"]
    cluster.apply(Command("apply", {"manifest": WEB}))
    cluster.advance(cluster.now + SECOND, 1)
    assert cards(cluster)["kubectl"]["queue"] == 1
    cluster.advance(cluster.now + SECOND, 100_000)
    after = cards(cluster)["kubectl"]
    assert (after["queue"], after["detail"]["commands"]) == (0, done + 1)
