"""Network policies in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal
from tests.core.apiserver.plane import Plane

GOOD: dict[str, Obj] = {
    "networkpolicies.networking.k8s.io": {
        "metadata": {"name": "p"},
        "spec": {
            "podSelector": {},
            "ingress": [
                {
                    "ports": [{"port": 80, "endPort": 90}],
                    "from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}],
                }
            ],
        },
    }
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.ports.0.endPort",
            70,
            "must be greater than or equal to `port`",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.ports.0.port",
            "web",
            "may not be specified when `port` is non-numeric",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.ports.0.port",
            GONE,
            "may not be specified when `port` is not specified",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.ports.0.protocol",
            "ICMP",
            'supported values: "TCP", "UDP", "SCTP"',
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.from.0",
            {},
            "spec.ingress[0].from[0]: Required value: must specify a peer",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.from.0.podSelector",
            {},
            "may not specify both ipBlock and another peer",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.from.0.ipBlock.cidr",
            "10.0.0.0",
            "must be a valid CIDR value",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.ingress.0.from.0.ipBlock.except.0",
            "11.0.0.0/16",
            "must be a strict subset of `cidr`",
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.policyTypes",
            ["Sideways"],
            'spec.policyTypes[0]: Unsupported value: "Sideways"',
        ),
        (
            "networkpolicies.networking.k8s.io",
            "spec.policyTypes",
            ["Ingress", "Egress", "Ingress"],
            "may not specify more than two policyTypes",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_types_follow_from_the_rules() -> None:
    plane = Plane()
    made = plane.made("networkpolicies.networking.k8s.io", GOOD["networkpolicies.networking.k8s.io"])
    assert made["spec"]["policyTypes"] == ["Ingress"]
    assert made["spec"]["ingress"][0]["ports"][0]["protocol"] == "TCP"
    both = plane.made("networkpolicies.networking.k8s.io", {"metadata": {"name": "q"}, "spec": {"egress": [{}]}})
    assert both["spec"]["policyTypes"] == ["Ingress", "Egress"]
