"""Containers whose command runs: init containers that wait, exit codes, signals, environment, files, logs."""

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
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  restartPolicy: {policy}
  terminationGracePeriodSeconds: 10
  containers: [{{name: c, image: busybox, command: [sh, -c, {script!r}]}}]
"""
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


def started(*manifests: str, seconds: int = 30) -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    for manifest in manifests:
        cluster.apply(Command("apply", {"manifest": manifest}))
    cluster.advance(seconds * SECOND, 1_000_000)
    return cluster


def pod(cluster: Cluster, name: str = "waiter") -> Any:
    return cluster.world.objects("pods")[f"default/{name}"]


def ran(script: str, name: str = "p", policy: str = "Never", seconds: int = 30) -> Cluster:
    return started(POD.format(name=name, policy=policy, script=script), seconds=seconds)


def logged(cluster: Cluster, name: str = "p", **more: Any) -> list[str]:
    return [line.text for line in cluster.world.container_log("default", name, **more).lines]


def test_a_pod_waits_until_the_service_answers() -> None:
    cluster = started(WAITER.format(script="until nc -z db 6379; do echo waiting; sleep 2; done"))
    assert pod(cluster)["status"]["initContainerStatuses"][0]["state"].keys() == {"running"}
    told = [entry for entry in cluster.trace.entries if entry.message_id == "pod.init-waits"]
    assert len(told) == 1 and told[0].params["host"] == "db"
    assert len(logged(cluster, "waiter", container="wait")) > 5
    cluster.apply(Command("apply", {"manifest": DATABASE}))
    cluster.advance(cluster.now + 40 * SECOND, 1_000_000)
    status = pod(cluster)["status"]
    ended = status["initContainerStatuses"][0]["state"]["terminated"]
    ready = next(told for told in pod(cluster, "db")["status"]["conditions"] if told["type"] == "Ready")
    assert (ended["exitCode"], status["phase"]) == (0, "Running")
    assert ended["finishedAt"] >= ready["lastTransitionTime"]


def test_a_name_is_enough_for_nslookup() -> None:
    cluster = started(WAITER.format(script="until nslookup db; do sleep 2; done"))
    assert "running" in pod(cluster)["status"]["initContainerStatuses"][0]["state"]
    cluster.apply(Command("apply", {"manifest": DATABASE.partition("---")[2]}))
    cluster.advance(cluster.now + 10 * SECOND, 1_000_000)
    assert pod(cluster)["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 0


def test_a_loop_that_counts_gives_up() -> None:
    cluster = started(WAITER.format(script="for i in $(seq 1 4); do nc -z db 6379 && exit 0; sleep 3; done; exit 1"))
    status = pod(cluster)["status"]
    assert status["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 1
    assert status["phase"] == "Failed"


def test_a_script_that_waits_can_be_stopped() -> None:
    cluster = started(WAITER.format(script="until nc -z db 6379; do sleep 2; done"))
    cluster.apply(Command("delete", {"resource": "pod", "name": "waiter"}))
    cluster.advance(cluster.now + 40 * SECOND, 1_000_000)
    assert "default/waiter" not in cluster.world.objects("pods")


@pytest.mark.parametrize(
    ("script", "code", "phase"),
    [
        ("exit 3", 3, "Failed"),
        ("echo hi", 0, "Succeeded"),
        ("false", 1, "Failed"),
        ("kill -9 $$; sleep 1", 0, "Succeeded"),
        ("nosuch", 127, "Failed"),
    ],
)
def test_exit_codes(script: str, code: int, phase: str) -> None:
    status = pod(ran(script), "p")["status"]
    assert (status["containerStatuses"][0]["state"]["terminated"]["exitCode"], status["phase"]) == (code, phase)


def test_a_log_has_times_and_a_place_to_go_on_from() -> None:
    cluster = ran("echo one; sleep 2; echo two >&2; printf part; sleep 1000")
    found = cluster.world.container_log("default", "p")
    assert [(line.stream, line.text) for line in found.lines] == [("stdout", "one"), ("stderr", "two")]
    assert 2 * SECOND <= found.lines[1].at - found.lines[0].at < 2.1 * SECOND
    assert (cluster.world.container_log("default", "p", since=found.next).lines, found.ended) == ([], False)


def test_the_log_before_a_restart() -> None:
    cluster = ran("echo start $(date +%s); sleep 1; exit 1", policy="Always", seconds=60)
    now, before = (logged(cluster, previous=previous) for previous in (False, True))
    assert now and before


def test_a_trap_decides_how_it_ends() -> None:
    cluster = ran("trap 'echo bye; exit 0' TERM; while true; do sleep 1; done", policy="Always")
    cluster.apply(Command("delete", {"resource": "pod", "name": "p"}))
    cluster.advance(cluster.now + 3 * SECOND, 1_000_000)
    assert "default/p" not in cluster.world.objects("pods")


def test_without_a_trap_it_is_killed_after_the_grace_period() -> None:
    cluster = ran("sleep 1000", policy="Always")
    cluster.apply(Command("delete", {"resource": "pod", "name": "p"}))
    cluster.advance(cluster.now + 8 * SECOND, 1_000_000)
    assert "default/p" in cluster.world.objects("pods")
    cluster.advance(cluster.now + 5 * SECOND, 1_000_000)
    assert "default/p" not in cluster.world.objects("pods")


PROBED = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: busybox
    args: [/bin/sh, -c, "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"]
    livenessProbe: {exec: {command: [cat, /tmp/healthy]}, initialDelaySeconds: 5, periodSeconds: 5}
"""


def test_the_liveness_probe_of_the_documentation() -> None:
    cluster = started(PROBED, seconds=40)
    assert pod(cluster, "p")["status"]["containerStatuses"][0]["restartCount"] == 0
    cluster.advance(100 * SECOND, 1_000_000)
    assert pod(cluster, "p")["status"]["containerStatuses"][0]["restartCount"] == 1
    messages = [event.get("message", event.get("note", "")) for event in cluster.world.objects("events").values()]
    assert any("can't open '/tmp/healthy': No such file or directory" in text for text in messages)


CONFIGURED = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {COLOR: blue, app.conf: "x=1\\n"}
---
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {tier: web}}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "echo $COLOR $NAME $(WHO) $LIMIT; cat /etc/app/app.conf; cat /labels/all; echo; ls /etc/app; hostname; pwd"]
    workingDir: /work
    envFrom: [{configMapRef: {name: settings}}]
    env:
    - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: WHO, value: "me-$(NAME)"}
    - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    resources: {limits: {memory: 64Mi}}
    volumeMounts: [{name: conf, mountPath: /etc/app}, {name: labels, mountPath: /labels}]
  volumes:
  - {name: conf, configMap: {name: settings}}
  - {name: labels, downwardAPI: {items: [{path: all, fieldRef: {fieldPath: metadata.labels}}]}}
"""


def test_environment_and_files() -> None:
    lines = logged(started(CONFIGURED))
    assert lines == ["blue p me-p 64", "x=1", 'tier="web"', "COLOR", "app.conf", "p", "/work"]


SHARED = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - {name: writer, image: busybox, command: [sh, -c, "while true; do date >> /data/log; sleep 5; done"], volumeMounts: [{name: d, mountPath: /data}]}
  - {name: reader, image: busybox, command: [sh, -c, "tail -n+1 -F /var/x/log"], volumeMounts: [{name: d, mountPath: /var/x}]}
  volumes: [{name: d, emptyDir: {}}]
"""


def test_containers_share_a_volume() -> None:
    cluster = started(SHARED)
    assert len(logged(cluster, container="reader")) >= 3
    with pytest.raises(
        Exception, match=r"a container name must be specified for pod p, choose one of: \[writer reader\]"
    ):
        logged(cluster)


def test_a_checkpoint_in_the_middle() -> None:
    cluster = ran("i=0; while true; do i=$((i+1)); echo $i; sleep 1; done", policy="Always")
    lines, hash_ = logged(cluster), cluster.state_hash()
    cluster.seek(at=10 * SECOND)
    assert len(logged(cluster)) < len(lines)
    cluster.seek(at=30 * SECOND)
    assert (logged(cluster), cluster.state_hash()) == (lines, hash_)


REFRESHED = """
apiVersion: v1
kind: ConfigMap
metadata: {name: cm}
data: {k: one}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {p: old}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: c
    image: busybox
    command: [sh, -c, 'while true; do echo "$(cat /cm/k) $(cat /sub/k) $P $(cat /d/x)"; sleep 10; done']
    env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: p}}}]
    volumeMounts: [{name: cm, mountPath: /cm}, {name: cm, mountPath: /sub/k, subPath: k}, {name: d, mountPath: /d}]
  volumes:
  - {name: cm, configMap: {name: cm}}
  - {name: d, downwardAPI: {items: [{path: x, fieldRef: {fieldPath: "metadata.labels['app']"}}]}}
"""


def test_files_of_objects_are_refreshed_but_not_a_part_of_them_and_not_the_environment() -> None:
    cluster = started(REFRESHED)

    def patch(resource: str, name: str, body: dict[str, Any]) -> None:
        who = {"user": "kubernetes-admin", "groups": ["system:masters"], "verb": "patch", "namespace": "default"}
        params = {**who, "resource": resource, "name": name, "body": body, "options": {"patch_type": "merge"}}
        cluster.run_until_answered(cluster.apply(Command("request", params)))

    def last() -> str:
        return cluster.world.container_log("default", "web", "c").lines[-1].text

    assert last() == "one one old web"
    patch("configmaps", "cm", {"data": {"k": "two"}})
    patch("secrets", "s", {"stringData": {"p": "new"}})
    patch("pods", "web", {"metadata": {"labels": {"app": "shop"}}})
    cluster.advance(cluster.now + 90 * SECOND, 1_000_000)
    assert last() == "two one old shop"
    cluster.apply(Command("fault", {"fault": "pod-kill", "target": "default/web"}))
    cluster.advance(cluster.now + 15 * SECOND, 1_000_000)
    assert last() == "two two new shop", "a container that starts again sees everything as it is"
