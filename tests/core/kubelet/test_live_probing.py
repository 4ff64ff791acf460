"""Probes that are asked of running programs. The liveness probe of the documentation is in test_containers."""

from __future__ import annotations

from tests.core.kubelet.test_containers import pod, started

READY = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "sleep 20; httpd -f -p 8080"]
    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 2}
    startupProbe: {exec: {command: [sh, -c, "sleep 3; exit 0"]}, timeoutSeconds: 1, periodSeconds: 5, failureThreshold: 100}
"""


def test_a_port_that_opens_later() -> None:
    manifest = READY.partition("    startupProbe")[0]
    assert not pod(started(manifest, seconds=15), "p")["status"]["containerStatuses"][0]["ready"]
    assert pod(started(manifest, seconds=40), "p")["status"]["containerStatuses"][0]["ready"]


def test_a_probe_that_takes_too_long_fails() -> None:
    cluster = started(READY, seconds=40)
    assert not pod(cluster, "p")["status"]["containerStatuses"][0]["started"]
    texts = [event.get("message", event.get("note", "")) for event in cluster.world.objects("events").values()]
    assert any("timed out after 1s" in text for text in texts)
