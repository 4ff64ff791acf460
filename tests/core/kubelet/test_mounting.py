"""Pods wait for the objects that they mount."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes: [{name: v, configMap: {name: settings}}]
  containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /etc/app}]}]
"""
SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings}}
data: {{colour: {colour}}}
"""


def apply(cluster: Cluster, manifest: str, seconds: int) -> None:
    cluster.apply(Command("apply", {"manifest": manifest}))
    cluster.advance(cluster.now + seconds * SECOND, 1_000_000)


def colour(cluster: Cluster) -> bytes:
    index = cluster.apply(Command("exec", {"namespace": "default", "pod": "p", "command": ["cat", "/etc/app/colour"]}))
    cluster.run_until_answered(index)
    return b"".join(data for _, data in cluster.world.session(f"session-{index}").chunks)


def pod(cluster: Cluster) -> Any:
    return cluster.world.objects("pods")["default/p"]


def test_a_pod_waits_for_its_config_map_and_sees_it_change() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    apply(cluster, POD, 20)
    status = pod(cluster)["status"]
    assert status["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}
    events = [event for event in cluster.world.objects("events").values() if event["reason"] == "FailedMount"]
    text = 'MountVolume.SetUp failed for volume "v" : configmap "settings" not found'
    assert [(event["message"], event["count"], event["type"]) for event in events] == [(text, 6, "Warning")]
    assert sum(entry.message_id == "pod.mount-failed" for entry in cluster.trace.entries) == 1
    apply(cluster, SETTINGS.format(colour="blue"), 60)
    assert pod(cluster)["status"]["phase"] == "Running"
    assert colour(cluster) == b"blue"
    apply(cluster, SETTINGS.format(colour="red"), 1)
    assert colour(cluster) == b"blue"
    cluster.advance(cluster.now + 61 * SECOND, 1_000_000)
    assert colour(cluster) == b"red"


def test_a_pod_that_waits_can_be_deleted() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    apply(cluster, POD, 10)
    cluster.apply(Command("delete", {"resource": "pod", "name": "p"}))
    cluster.advance(cluster.now + 40 * SECOND, 1_000_000)
    assert "default/p" not in cluster.world.objects("pods")
