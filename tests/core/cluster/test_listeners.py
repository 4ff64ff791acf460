"""nc -l in one pod, nc in another."""

from __future__ import annotations

from tests.core.kubelet.test_containers import logged, started

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: p}}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, "echo answer | nc -l -p 9000; echo ended"]}]}
---
apiVersion: v1
kind: Service
metadata: {name: p}
spec: {selector: {app: p}, ports: [{port: 9000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: q}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, "sleep 20; echo question | nc p 9000"]}]}
"""
ALONE = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  restartPolicy: Never
  containers: [{name: c, image: busybox, command: [sh, -c, "nc -lk -p 9 & sleep 2; echo one | nc 127.0.0.1 9; echo two | nc 127.0.0.1 9; sleep 1"]}]
"""


def test_lines_go_both_ways() -> None:
    cluster = started(PODS, seconds=60)
    assert (logged(cluster, "p"), logged(cluster, "q")) == (["question", "ended"], ["answer"])


def test_a_listener_of_the_same_container() -> None:
    assert logged(started(ALONE, seconds=30), "p") == ["one", "two"]


def test_a_port_of_udp_is_none_of_tcp() -> None:
    script = "nc -lu -p 53 & sleep 1; nc -z 127.0.0.1 53 || echo closed; nc -zu 127.0.0.1 53 && echo open; kill %1"
    manifest = ALONE[: ALONE.index('"nc -lk')] + f'"{script}"]}}]\n'
    assert [line for line in logged(started(manifest, seconds=30), "p") if line in ("closed", "open")] == [
        "closed",
        "open",
    ]
