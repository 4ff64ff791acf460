"""Exec probes: they see files, and cost nothing while nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
  - name: c
    image: {image}
    readinessProbe: {{exec: {{command: {command}}}, periodSeconds: 5}}
"""


def started(image: str, command: str, seconds: int = 60) -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    cluster.apply(Command("apply", {"manifest": POD.format(image=image, command=command)}))
    cluster.advance(seconds * SECOND, 1_000_000)
    return cluster


def run(cluster: Cluster, command: str, seconds: int) -> None:
    cluster.apply(Command("exec", {"namespace": "default", "pod": "p", "command": ["sh", "-c", command]}))
    cluster.advance(cluster.now + seconds * SECOND, 1_000_000)


def status(cluster: Cluster) -> Any:
    return cluster.world.objects("pods")["default/p"]["status"]["containerStatuses"][0]


def complaints(cluster: Cluster) -> list[str]:
    """What the events say that failed of the pod."""
    events = cluster.world.objects("events").values()
    return [one["message"] for one in events if one["reason"] == "Unhealthy" and one["involvedObject"]["name"] == "p"]


def probes_asked(cluster: Cluster, seconds: int) -> int:
    """How often programs of the container ran while `seconds` passed."""
    kubelet = next(one for one in cluster.world.kubelets if one.containers.running)
    land = next(iter(kubelet.containers.running.values())).land
    before = land.next_pid
    cluster.advance(cluster.now + seconds * SECOND, 1_000_000)
    return land.next_pid - before


def test_a_probe_of_a_server_sees_a_file_that_comes_and_goes() -> None:
    cluster = started("nginx", "[cat, /tmp/ready]")
    assert not status(cluster)["ready"]
    assert complaints(cluster) == ["Readiness probe failed: cat: /tmp/ready: No such file or directory\n"]
    assert probes_asked(cluster, 600) == 0
    run(cluster, "touch /tmp/ready", 6)
    assert status(cluster)["ready"] and probes_asked(cluster, 600) == 0
    run(cluster, "rm /tmp/ready", 20)
    assert not status(cluster)["ready"]


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("redis", "[redis-cli, ping]"),
        ("postgres", "[sh, -c, 'exec pg_isready -U postgres -h 127.0.0.1']"),
        ("mysql", "[mysqladmin, ping, -h, localhost]"),
        ("nginx", "[test, -s, /run/nginx.pid]"),
        ("mongo", "[mongosh, --eval, 'db.adminCommand(\"ping\")']"),
        ("example.com/app", "[/app/health, --quick]"),
        ("example.com/app", "[sh, -c, '/app/health || exit 1']"),
    ],
)
def test_servers_pass_their_usual_probes_and_are_left_alone(image: str, command: str) -> None:
    cluster = started(image, command)
    assert status(cluster)["ready"]
    assert probes_asked(cluster, 600) == 0


def test_what_changes_by_itself_is_asked_in_every_period() -> None:
    cluster = started("nginx", "[sh, -c, 'test $(date +%s) -gt 0']")
    assert status(cluster)["ready"]
    assert probes_asked(cluster, 50) >= 10


def test_an_image_without_programs_fails() -> None:
    cluster = started("gcr.io/distroless/static", "[cat, /tmp/ready]")
    texts = complaints(cluster)
    assert not status(cluster)["ready"]
    assert texts and 'exec: "cat": executable file not found in $PATH' in texts[0]


def test_readiness_and_liveness_of_the_same_program() -> None:
    manifest = POD.format(image="example.com/app", command="[/app/health]")
    manifest += "    livenessProbe: {exec: {command: [/app/health]}, periodSeconds: 5}\n"
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    cluster.apply(Command("apply", {"manifest": manifest}))
    cluster.advance(120 * SECOND, 1_000_000)
    assert status(cluster)["ready"] and status(cluster)["restartCount"] == 0
