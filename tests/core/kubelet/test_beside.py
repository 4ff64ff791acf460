"""Programs beside the main one: hooks."""

from __future__ import annotations

from cluster_core.cluster.command import Command
from cluster_core.kubelet.beside import not_started
from cluster_core.shell.loading import NotRunnable
from tests.core.kubelet.test_containers import SECOND, logged, started

HOOKED = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "while true; do cat /tmp/* 2>/dev/null; sleep 1; done"]
    lifecycle:
      postStart: {exec: {command: [sh, -c, "echo started > /tmp/a"]}}
      preStop: {exec: {command: [sh, -c, "echo leaving > /proc/1/fd/1; sleep 3"]}}
"""


def test_hooks_run_in_the_container() -> None:
    cluster = started(HOOKED)
    assert "started" in logged(cluster)
    cluster.apply(Command("delete", {"resource": "pod", "name": "p", "grace_period": 10}))
    cluster.advance(cluster.now + 2 * SECOND, 1_000_000)
    assert "leaving" in logged(cluster)
    cluster.advance(cluster.now + 11 * SECOND, 1_000_000)
    assert "default/p" not in cluster.world.objects("pods")


def test_words_of_the_runtime() -> None:
    expected = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown'
    assert not_started("sh", NotRunnable("sh", "not found", 127)) == expected
