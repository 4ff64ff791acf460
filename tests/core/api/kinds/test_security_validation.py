"""Security contexts."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {
        "securityContext": {"runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "securityContext",
            {"runAsUser": -1},
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ),
        ("securityContext", {"fsGroupChangePolicy": "Now"}, 'supported values: "Always", "OnRootMismatch"'),
        ("securityContext", {"sysctls": [{"name": "a b"}]}, "must have at most 253 characters and match regex"),
        (
            "securityContext",
            {"sysctls": [{"name": "a", "value": "1"}, {"name": "a", "value": "1"}]},
            'spec.securityContext.sysctls[1].name: Duplicate value: "a"',
        ),
        ("securityContext", {"seccompProfile": {}}, "type is required when seccompProfile is set"),
        ("securityContext", {"seccompProfile": {"type": "Localhost"}}, "must be set when seccomp type is Localhost"),
        (
            "securityContext",
            {"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a"}},
            "can only be set when seccomp type is Localhost",
        ),
        (
            "securityContext",
            {"seccompProfile": {"type": "None"}},
            'supported values: "Localhost", "RuntimeDefault", "Unconfined"',
        ),
        (
            "securityContext",
            {"appArmorProfile": {"type": "Localhost", "localhostProfile": " a"}},
            "must not be padded with whitespace",
        ),
        (
            "containers.0.securityContext",
            {"allowPrivilegeEscalation": False, "privileged": True},
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        ),
        (
            "containers.0.securityContext",
            {"allowPrivilegeEscalation": False, "capabilities": {"add": ["CAP_SYS_ADMIN"]}},
            "and `capabilities.Add` CAP_SYS_ADMIN",
        ),
        ("containers.0.securityContext", {"procMount": "Some"}, 'supported values: "Default", "Unmasked"'),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
