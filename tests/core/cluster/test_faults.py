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
