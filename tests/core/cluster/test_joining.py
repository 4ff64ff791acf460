"""The command `join`: a new machine becomes a Node that takes pods and reaches the others."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.joining import LABELS_MAX, refusal
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.limits import Limits

MACHINE = {"name": "gpu-1", "cpu": "8", "memory": "16Gi", "labels": {"disk": "ssd"}}
POD = """
apiVersion: v1
kind: Pod
metadata: {name: picky}
spec:
  nodeSelector: {disk: ssd}
  containers: [{name: c, image: "nginx:1.27", ports: [{containerPort: 80}]}]
"""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "Node_1"}, "'name': a lowercase RFC 1123 subdomain"),
        ({"name": 5}, "'name': must be a text"),
        ({"cpu": "many"}, "'cpu'"),
        ({"cpu": "0"}, "'cpu' must be a quantity of more than 0"),
        ({"memory": None}, "'memory' must be a quantity"),
        ({"labels": {"a b": "c"}}, "label 'a b'"),
        ({"labels": {"a": 1}}, "label 'a': must be text"),
        ({"labels": {f"a{number}": "" for number in range(LABELS_MAX + 1)}}, "at most"),
    ],
)
def test_what_cannot_be_a_machine_is_refused_before_it_is_logged(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        Command("join", {**MACHINE, **changed}).parsed()


def _give(cluster: Cluster, kind: str, seconds: int = 30, **params: Any) -> list[dict[str, Any]]:
    index = cluster.apply(Command(kind, params))
    cluster.advance(cluster.now + seconds * US_PER_SECOND, 1_000_000)
    answer = cluster.answer(index)
    assert answer is not None
    return answer


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1), 3)
    _give(cluster, "apply", 2, manifest=POD)
    return cluster


def test_a_machine_joins_and_the_pod_that_waited_for_it_runs_there(cluster: Cluster) -> None:
    before = cluster.now
    decision = cluster.decision("default/picky")
    assert decision["suggestions"][""][0]["params"]["labels"] == {"disk": "ssd"}
    assert _give(cluster, "join", 60, **MACHINE) == [
        {"object": "node/gpu-1", "message": "node/gpu-1 joins", "error": ""}
    ]
    node, pod = cluster.world.objects("nodes")["gpu-1"], cluster.world.objects("pods")["default/picky"]
    assert node["status"]["allocatable"]["cpu"] == "8" and node["metadata"]["labels"]["disk"] == "ssd"
    assert pod["spec"]["nodeName"] == "gpu-1" and pod["status"]["phase"] == "Running"
    agents = [key for key, one in cluster.world.objects("pods").items() if one["spec"].get("nodeName") == "gpu-1"]
    assert len(agents) == 3, "kube-proxy and flannel came by themselves"
    journey = cluster.world.send_packet("node/node-1", "pod/default/picky", "tcp", 80)
    assert journey["result"] == "delivered"
    head = cluster.head_number
    cluster.seek(at=before)
    assert "gpu-1" not in cluster.world.objects("nodes")
    cluster.seek(number=head)
    assert "gpu-1" in cluster.world.objects("nodes")


def test_a_name_is_taken_once_and_a_new_machine_can_break(cluster: Cluster) -> None:
    (answer,) = _give(cluster, "join", 1, **MACHINE)
    assert answer["error"] == "Conflict" and "already" in answer["message"]
    assert refusal(cluster.world, "router"), "no machine is called as the router"
    assert not refusal(cluster.world, "gpu-2")
    assert _give(cluster, "fault", 1, fault="node-down", target="gpu-1")[0]["error"] == ""


def test_there_is_no_machine_beyond_the_limit() -> None:
    cluster = Cluster(ClusterConfig(nodes=1, etcd_members=1, kube_system=False, limits=Limits(nodes=1)), 3)
    (answer,) = _give(cluster, "join", 1, **MACHINE)
    assert (answer["message"], answer["error"]) == ("limit reached: at most 1 nodes", "Conflict")
