"""Whether a container that has ended starts again: by its own rules, its own policy, or that of its pod.

Upstream: `ContainerShouldRestart` of `pkg/api/v1/pod/util.go`, KEP-5307 (ContainerRestartRules, on by default since 1.35).
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubelet.container_state import EPHEMERAL, INIT, SIDECAR

POD_DEFAULT = "Always"


def restarts(pod: Obj, container: Obj, role: str, exit_code: int) -> bool:
    """Whether a container that has ended with a code is to run again."""
    if role == EPHEMERAL:
        return False
    if role == SIDECAR or any(_applies(rule, exit_code) for rule in container.get("restartPolicyRules") or ()):
        return True
    policy = policy_of(pod, container)
    if policy == "Always" and (role != INIT or "restartPolicy" in container):
        return True
    return policy != "Never" and exit_code != 0


def policy_of(pod: Obj, container: Obj) -> str:
    """The restart policy that holds for a container."""
    return str(container.get("restartPolicy") or pod["spec"].get("restartPolicy") or POD_DEFAULT)


def _applies(rule: Obj, exit_code: int) -> bool:
    codes = rule.get("exitCodes") or {}
    named = exit_code in (codes.get("values") or ())
    return bool(rule.get("action") == "Restart" and named == (codes.get("operator") == "In"))
