"""Levels and the checks behind them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.admission.pod_security.policy import Level, policy_of, told, violations

GOOD: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def words(
    level: str, spec: dict[str, Any] | None = None, container: dict[str, Any] | None = None, **security: Any
) -> str:
    context = {**(GOOD if level == "restricted" else {}), **security}
    one = {"name": "c", "securityContext": context, **(container or {})}
    return told(violations(Level(level), {}, {"containers": [one], **(spec or {})}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"spec": {"hostNetwork": True, "hostIPC": True}}, "host namespaces (hostNetwork=true, hostIPC=true)"),
        ({"privileged": True}, 'privileged (container "c" must not set securityContext.privileged=true)'),
        (
            {"capabilities": {"add": ["NET_ADMIN", "CHOWN"]}},
            'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
        ),
        ({"spec": {"volumes": [{"name": "v", "hostPath": {}}]}}, ""),
        ({"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}}, 'hostPath volumes (volume "v")'),
        (
            {"container": {"ports": [{"hostPort": 80}, {"hostPort": 443}]}},
            'hostPort (container "c" uses hostPorts 80, 443)',
        ),
        (
            {"container": {"livenessProbe": {"httpGet": {"host": "1.2.3.4"}}}},
            'probe or lifecycle host (container "c" uses probe or lifecycle host "1.2.3.4")',
        ),
        ({"procMount": "Unmasked"}, 'procMount (container "c" must not set securityContext.procMount to "Unmasked")'),
        (
            {"seLinuxOptions": {"type": "x", "user": "u"}},
            'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)',
        ),
        (
            {"seccompProfile": {"type": "Unconfined"}},
            'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        ({"spec": {"securityContext": {"sysctls": [{"name": "kernel.x"}]}}}, "forbidden sysctls (kernel.x)"),
        (
            {"windowsOptions": {"hostProcess": True}},
            'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
        ),
    ],
)
def test_baseline(given: dict[str, Any], expected: str) -> None:
    assert words("baseline", **given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ""),
        (
            {"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}, {"name": "e", "emptyDir": {}}]}},
            'restricted volume types (volume "v" uses restricted volume type "hostPath")',
        ),
        ({"runAsUser": 0}, 'runAsUser=0 (container "c" must not set runAsUser=0)'),
        (
            {"runAsNonRoot": False},
            'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
        ),
        (
            {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]}},
            'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
        ),
        ({"spec": {"securityContext": {"runAsNonRoot": True}}, "runAsNonRoot": None}, ""),
        ({"spec": {"os": {"name": "windows"}}, "allowPrivilegeEscalation": None, "capabilities": None}, ""),
    ],
)
def test_restricted(given: dict[str, Any], expected: str) -> None:
    assert words("restricted", **given) == expected


def test_labels_that_cannot_be_read_are_the_strictest_that_enforces() -> None:
    found = policy_of({"pod-security.kubernetes.io/enforce": "strict", "pod-security.kubernetes.io/warn": "strict"})
    assert (str(found["enforce"]), str(found["warn"])) == ("restricted:latest", "privileged:latest")
