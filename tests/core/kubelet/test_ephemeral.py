"""Ephemeral containers: what `kubectl debug` adds to a running pod."""

from __future__ import annotations

from cluster_core.cluster.command import Command
from tests.core.kubelet.test_containers import SECOND, logged, pod, started

WEB = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}"


def test_one_is_added_and_reaches_the_pod() -> None:
    cluster = started(WEB)
    body = pod(cluster, "web")
    script = "wget -qO- 127.0.0.1 | grep -c nginx; sleep 5"
    added = {"name": "debug", "image": "busybox", "command": ["sh", "-c", script], "terminationMessagePolicy": "File"}
    body = {**body, "spec": {**body["spec"], "ephemeralContainers": [added]}}
    request = {
        "user": "kubernetes-admin",
        "groups": ["system:masters"],
        "verb": "update",
        "resource": "pods",
        "namespace": "default",
        "name": "web",
    }
    index = cluster.apply(Command("request", {**request, "subresource": "ephemeralcontainers", "body": body}))
    answer = cluster.run_until_answered(index)
    assert answer is not None and answer[0]["code"] == 200
    cluster.advance(cluster.now + 6 * SECOND, 1_000_000)
    assert logged(cluster, "web", container="debug")[0].isdigit()
    assert pod(cluster, "web")["status"]["ephemeralContainerStatuses"][0]["state"].keys() == {"running"}
    cluster.advance(cluster.now + 20 * SECOND, 1_000_000)
    status = pod(cluster, "web")["status"]
    assert status["ephemeralContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
    assert (status["phase"], status["containerStatuses"][0]["ready"]) == ("Running", True)
