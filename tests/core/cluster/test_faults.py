"""Faults end to end: what breaks, what is said, and that everything comes back."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.config import ClusterConfig
from tests.properties.test_cluster_invariants import check_settled, settle

SECOND = 1_000_000
FAR = 10_000_000
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {sim.orrery/ready-seconds: "0"}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
"""


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster(ClusterConfig(), 4)
    _do(found, "apply", manifest=WEB)
    _wait(found, 20)
    return found


def _do(cluster: Cluster, kind: str, **params: object) -> list[dict[str, object]] | None:
    return cluster.run_until_answered(cluster.apply(Command(kind, params)))


def _fault(cluster: Cluster, fault: str, target: str = "apiserver") -> None:
    cluster.apply(Command("fault", {"fault": fault, "target": target}))
    _wait(cluster, 0.01)


def _wait(cluster: Cluster, seconds: float) -> None:
    cluster.advance(cluster.now + int(seconds * SECOND), FAR)


def _leader(cluster: Cluster) -> str:
    return next(m.name for m in cluster.world.members if not m.down and m.card()["raft_role"] == "leader")


def _scale(cluster: Cluster, replicas: int) -> list[dict[str, object]] | None:
    return _do(cluster, "scale", resource="deployments", name="web", replicas=replicas)


def _available(cluster: Cluster) -> int:
    return int(cluster.world.objects("deployments.apps")["default/web"]["status"].get("availableReplicas", 0))


def test_without_its_leader_etcd_elects_another_and_goes_on(cluster: Cluster) -> None:
    old = _leader(cluster)
    _fault(cluster, "member-down", old)
    _wait(cluster, 5)
    assert _leader(cluster) != old
    answer = _scale(cluster, 5)
    assert answer is not None and answer[0]["error"] == ""
    _wait(cluster, 20)
    assert _available(cluster) == 5
    settle(cluster)
    check_settled(cluster)


def test_without_a_quorum_reads_go_on_and_writes_fail_in_etcds_words(cluster: Cluster) -> None:
    for member in ("etcd-1", "etcd-2"):
        _fault(cluster, "member-down", member)
    before = cluster.world.revision
    answer = _scale(cluster, 5)
    assert answer is not None and "etcdserver: request timed out" in str(answer[0]["message"])
    assert cluster.world.revision == before and _available(cluster) == 3
    _fault(cluster, "member-up", "etcd-1")
    _wait(cluster, 30)
    answer = _scale(cluster, 4)
    assert answer is not None and answer[0]["error"] == ""
    settle(cluster)
    check_settled(cluster)
    assert _available(cluster) == 4


def test_while_the_api_server_is_away_pods_run_on_and_kubectl_is_refused(cluster: Cluster) -> None:
    _fault(cluster, "apiserver-down")
    answer = _scale(cluster, 5)
    assert answer is not None and "was refused" in str(answer[0]["message"])
    number = cluster.number
    _wait(cluster, 600)
    assert cluster.number - number < 10_000, "nobody storms a server that is away"
    _fault(cluster, "apiserver-up")
    _wait(cluster, 90)
    answer = _scale(cluster, 5)
    assert answer is not None and answer[0]["error"] == ""
    settle(cluster)
    check_settled(cluster)
    assert _available(cluster) == 5


def test_a_request_on_its_way_when_the_api_server_dies_is_answered(cluster: Cluster) -> None:
    """Between two events of a rollout, wherever the crash falls: no controller waits for ever."""
    for steps in (3, 17, 40):
        twin = cluster.fork()
        twin.apply(Command("scale", {"resource": "deployments", "name": "web", "replicas": 6}))
        twin.step(steps)
        twin.apply(Command("fault", {"fault": "apiserver-down", "target": "apiserver"}))
        _wait(twin, 5)
        settle(twin)
        check_settled(twin)


def test_a_cut_off_node_loses_its_pods_and_a_healed_one_is_clean(cluster: Cluster) -> None:
    _fault(cluster, "partition", "node-1")
    _wait(cluster, 420)
    assert _available(cluster) == 3
    here = [p for p in cluster.world.objects("pods").values() if p["spec"].get("nodeName") == "node-1"]
    assert all(p["metadata"].get("deletionTimestamp") for p in here if p["metadata"]["namespace"] == "default")
    _fault(cluster, "heal", "node-1")
    settle(cluster)
    check_settled(cluster)


def test_a_killed_pods_container_is_started_again(cluster: Cluster) -> None:
    pod = next(key for key in cluster.world.objects("pods") if key.startswith("default/web"))
    _fault(cluster, "pod-kill", pod)
    _wait(cluster, 30)
    (status,) = cluster.world.objects("pods")[pod]["status"]["containerStatuses"]
    assert (status["restartCount"], status["ready"]) == (1, True)
    answer = _do(cluster, "fault", fault="pod-kill", target="default/nobody")
    assert answer is not None and answer[0]["error"] == "NotFound"


def test_a_target_that_is_not_there_is_refused_before_it_is_logged(cluster: Cluster) -> None:
    for fault, target in (("node-down", "node-9"), ("member-down", "etcd-9"), ("partition", "moon")):
        with pytest.raises(CommandError, match="no such target"):
            cluster.apply(Command("fault", {"fault": fault, "target": target}))
    with pytest.raises(CommandError, match="unknown fault"):
        cluster.apply(Command("fault", {"fault": "earthquake", "target": "node-1"}))
    assert len(cluster.commands) == 1


def test_a_machine_that_is_shut_down_in_order_takes_leave() -> None:
    cluster = Cluster(ClusterConfig(shutdown_grace=60, shutdown_grace_critical=10), 4)
    _do(cluster, "apply", manifest=WEB)
    _wait(cluster, 20)
    node = next(
        str(pod["spec"]["nodeName"])
        for pod in cluster.world.objects("pods").values()
        if pod["metadata"]["namespace"] == "default"
    )
    _fault(cluster, "node-shutdown", node)
    _wait(cluster, 5)
    failed = [pod for pod in cluster.world.objects("pods").values() if pod["status"].get("reason") == "Terminated"]
    assert failed and all(pod["spec"]["nodeName"] == node for pod in failed)
    assert failed[0]["status"]["message"] == "Pod was terminated in response to imminent node shutdown."
    _wait(cluster, 20)
    assert cluster.world.sim.processes[f"containerd/{node}"].down
    assert _available(cluster) == 3, "others have taken their place"
    _fault(cluster, "node-up", node)
    _wait(cluster, 60)
    assert _is_node_ready(cluster, node)


def test_a_reboot_brings_the_machine_back_with_another_boot_id(cluster: Cluster) -> None:
    before = cluster.world.objects("nodes")["node-1"]["status"]["nodeInfo"]["bootID"]
    _fault(cluster, "node-reboot", "node-1")
    _wait(cluster, 5)
    assert cluster.world.sim.processes["containerd/node-1"].down
    _wait(cluster, 60)
    assert _is_node_ready(cluster, "node-1")
    assert cluster.world.objects("nodes")["node-1"]["status"]["nodeInfo"]["bootID"] != before
    assert cluster.world.faults.active == {} and cluster.world.faults.leaving == {}


def test_what_is_off_cannot_be_shut_down(cluster: Cluster) -> None:
    _fault(cluster, "node-down", "node-1")
    answer = _do(cluster, "fault", fault="node-shutdown", target="node-1")
    assert answer is not None and answer[0]["message"] == "the machine of node-1 is off"
    with pytest.raises(CommandError, match="grace_period"):
        cluster.apply(Command("fault", {"fault": "node-shutdown", "target": "node-1", "grace_period": -1}))


def _is_node_ready(cluster: Cluster, node: str) -> bool:
    conditions = cluster.world.objects("nodes")[node]["status"]["conditions"]
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
