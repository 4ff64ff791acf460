"""Programs beside the main one: hooks."""

from __future__ import annotations

import pytest

from cluster_core.cluster.command import Command
from cluster_core.kubelet.beside import not_started
from cluster_core.shell.loading import NotRunnable
from tests.core.kubelet.test_containers import SECOND, logged, pod, started

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


SLOW = """
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers:
  - {{name: a, image: busybox, command: [sleep, 1d], lifecycle: {{postStart: {hook}}}}}
  - {{name: b, image: busybox, command: [sleep, 1d]}}
"""


@pytest.mark.parametrize("hook", ["{exec: {command: [sleep, '10']}}", "{sleep: {seconds: 10}}"])
def test_the_next_container_waits_for_a_post_start_hook(hook: str) -> None:
    cluster = started(SLOW.format(hook=hook), seconds=60)
    at = {
        entry.params["container"]: entry.at
        for entry in cluster.trace.entries
        if entry.message_id == "pod.container-started" and entry.params["object"] == "pod/default/p"
    }
    assert 10 * SECOND <= at["b"] - at["a"] < 14 * SECOND
    assert all(one["ready"] for one in pod(cluster, "p")["status"]["containerStatuses"])


@pytest.mark.parametrize("command", ["[/app/warm-up]", "[sh, -c, '/app/warm-up --all']", "[mongosh, --eval, x]"])
def test_a_hook_of_a_server_that_is_not_known_here_counts_as_done(command: str) -> None:
    manifest = SLOW.replace("image: busybox, command: [sleep, 1d], lifecycle", "image: example.com/app, lifecycle")
    cluster = started(manifest.format(hook="{exec: {command: %s}}" % command), seconds=40)  # noqa: UP031
    assert all(one["ready"] for one in pod(cluster, "p")["status"]["containerStatuses"])
