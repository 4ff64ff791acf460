"""Fields that few pods have."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {
        "containers": [{"name": "c", "image": "i"}],
        "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["example.com."], "options": [{"name": "ndots"}]},
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["db"]}],
        "schedulingGates": [{"name": "example.com/wait"}],
        "os": {"name": "linux"},
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("dnsConfig", {"nameservers": ["x"]}, "spec.dnsConfig.nameservers[0]: Invalid value"),
        (
            "dnsConfig",
            {"nameservers": ["1.1.1.1", "1.1.1.1", "1.1.1.1", "1.1.1.1"]},
            "must not have more than 3 nameservers",
        ),
        ("dnsConfig", {"options": [{"value": "1"}]}, "spec.dnsConfig.options[0]: Required value: must not be empty"),
        ("hostAliases", [{"ip": "x"}], "spec.hostAliases[0].ip: Invalid value"),
        ("subdomain", "a.b", "spec.subdomain: Invalid value"),
        ("imagePullSecrets", [{}], ""),
        ("schedulingGates", [{"name": "a b"}], "spec.schedulingGates[0]: Invalid value"),
        ("readinessGates", [{"conditionType": "a b"}], "spec.readinessGates[0].conditionType: Invalid value"),
        ("os", {"name": "plan9"}, 'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'),
        (
            "containers",
            [
                {"name": "a", "image": "i", "ports": [{"containerPort": 1, "hostPort": 80}]},
                {"name": "b", "image": "i", "ports": [{"containerPort": 2, "hostPort": 80}]},
            ],
            'spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"',
        ),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
