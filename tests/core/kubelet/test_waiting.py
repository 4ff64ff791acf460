"""Init containers that wait for the network: what their scripts ask, and when they end."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.kubelet.waiting import Wait, wait_of
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

SCRIPTS: list[tuple[str, dict[str, str], Wait | None]] = [
    ("until nc -z db 5432; do sleep 2; done", {}, Wait("db", 5432, 2 * SECOND)),
    ("while ! nc -z -w 3 $DB_HOST 6379; do sleep 0.5; done", {"DB_HOST": "redis"}, Wait("redis", 6379, SECOND // 2)),
    ("until nslookup my.$(cat /ns).svc.cluster.local; do sleep 2; done", {}, Wait("my", 0, 2 * SECOND)),
    ("while ! wget -q -O- http://api:8080/healthz; do sleep 5; done", {}, Wait("api", 8080, 5 * SECOND)),
    ("until curl -sf https://api/x; do :; done", {}, Wait("api", 443, SECOND)),
    ("until pg_isready -h pg -p 5433; do sleep 1; done", {}, Wait("pg", 5433, SECOND)),
    ("until redis-cli -h redis ping; do sleep 1; done", {}, Wait("redis", 6379, SECOND)),
    (
        "N=12\nfor i in $(seq 1 $N); do wget http://${A} && exit 0; sleep 10; done; exit 1",
        {"A": "web:80"},
        Wait("web", 80, 10 * SECOND, 12),
    ),
    ("sleep 5", {}, None),
    ("wget http://api/data -O /data", {}, None),
    ("for i in 1 2 3; do echo $i; done", {}, None),
]


@pytest.mark.parametrize(("text", "env", "expected"), SCRIPTS)
def test_scripts(text: str, env: dict[str, str], expected: Wait | None) -> None:
    variables = [{"name": name, "value": value} for name, value in env.items()]
    assert wait_of({"command": ["sh", "-c"], "args": [text], "env": variables}) == expected


WAITER = """
apiVersion: v1
kind: Pod
metadata: {{name: waiter}}
spec:
  restartPolicy: Never
  initContainers:
  - {{name: wait, image: busybox, command: [sh, -c, "{script}"]}}
  containers: [{{name: c, image: nginx}}]
"""
DATABASE = """
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: c, image: redis, ports: [{containerPort: 6379}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 6379}]}
"""


def started(script: str) -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    cluster.apply(Command("apply", {"manifest": WAITER.format(script=script)}))
    cluster.advance(30 * SECOND, 1_000_000)
    return cluster


def pod(cluster: Cluster, name: str = "waiter") -> Any:
    return cluster.world.objects("pods")[f"default/{name}"]


def test_a_pod_waits_until_the_service_answers() -> None:
    cluster = started("until nc -z db 6379; do sleep 2; done")
    assert pod(cluster)["status"]["initContainerStatuses"][0]["state"].keys() == {"running"}
    told = [entry for entry in cluster.trace.entries if entry.message_id == "pod.init-waits"]
    assert [(entry.params["host"], entry.params["port"]) for entry in told] == [("db", 6379)]
    cluster.apply(Command("apply", {"manifest": DATABASE}))
    cluster.advance(cluster.now + 40 * SECOND, 1_000_000)
    status = pod(cluster)["status"]
    ended = status["initContainerStatuses"][0]["state"]["terminated"]
    ready = next(told for told in pod(cluster, "db")["status"]["conditions"] if told["type"] == "Ready")
    assert (ended["exitCode"], status["phase"]) == (0, "Running")
    assert ended["finishedAt"] >= ready["lastTransitionTime"]


def test_a_name_is_enough_for_nslookup() -> None:
    cluster = started("until nslookup db; do sleep 2; done")
    assert "running" in pod(cluster)["status"]["initContainerStatuses"][0]["state"]
    cluster.apply(Command("apply", {"manifest": DATABASE.partition("---")[2]}))
    cluster.advance(cluster.now + 10 * SECOND, 1_000_000)
    assert pod(cluster)["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 0


def test_a_loop_that_counts_gives_up() -> None:
    cluster = started("for i in $(seq 1 4); do nc -z db 6379 && exit 0; sleep 3; done; exit 1")
    status = pod(cluster)["status"]
    assert status["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 1
    assert status["phase"] == "Failed"


def test_a_script_that_waits_can_be_stopped() -> None:
    cluster = started("until nc -z db 6379; do sleep 2; done")
    cluster.apply(Command("delete", {"resource": "pod", "name": "waiter"}))
    cluster.advance(cluster.now + 40 * SECOND, 1_000_000)
    assert "default/waiter" not in cluster.world.objects("pods")
    assert not [
        entry
        for entry in cluster.trace.entries
        if entry.message_id == "pod.init-finished" and entry.params["code"] == 0
    ]
