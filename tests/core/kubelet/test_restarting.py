"""Which containers start again."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.container_state import APP, EPHEMERAL, INIT, SIDECAR
from cluster_core.kubelet.restarting import restarts
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def rule(operator: str, *values: int) -> dict[str, Any]:
    return {"action": "Restart", "exitCodes": {"operator": operator, "values": list(values)}}


@pytest.mark.parametrize(
    ("policy", "container", "role", "code", "again"),
    [
        ("Always", {}, APP, 0, True),
        ("OnFailure", {}, APP, 0, False),
        ("OnFailure", {}, APP, 1, True),
        ("Never", {}, APP, 1, False),
        ("Always", {}, INIT, 0, False),
        ("Always", {}, INIT, 1, True),
        ("Never", {}, INIT, 1, False),
        ("Never", {}, SIDECAR, 0, True),
        ("Always", {}, EPHEMERAL, 1, False),
        ("Always", {"restartPolicy": "Never"}, APP, 1, False),
        ("Never", {"restartPolicy": "OnFailure"}, APP, 1, True),
        ("Never", {"restartPolicy": "Always"}, APP, 0, True),
        ("Never", {"restartPolicy": "Never", "restartPolicyRules": [rule("In", 42)]}, APP, 42, True),
        ("Never", {"restartPolicy": "Never", "restartPolicyRules": [rule("In", 42)]}, APP, 41, False),
        ("Never", {"restartPolicy": "Never", "restartPolicyRules": [rule("NotIn", 1)]}, APP, 2, True),
    ],
)
def test_who_starts_again(policy: str, container: dict[str, Any], role: str, code: int, again: bool) -> None:
    assert restarts({"spec": {"restartPolicy": policy}}, container, role, code) is again


def test_a_rule_restarts_one_container_of_a_pod_that_never_restarts() -> None:
    world = World()
    rules = {"restartPolicy": "Never", "restartPolicyRules": [rule("In", 42)]}
    again = {"name": "a", "image": "busybox", "command": ["sh", "-c", "sleep 3; exit 42"], **rules}
    once = {"name": "b", "image": "busybox", "command": ["sh", "-c", "sleep 3; exit 1"]}
    world.api.bind("job", spec(again, once, restartPolicy="Never"))
    world.run(30)
    pod = world.api.pod("job")
    assert pod is not None and pod["status"]["phase"] == "Running"
    assert world.container("job", 0)["restartCount"] >= 1
    assert world.container("job", 1)["restartCount"] == 0
