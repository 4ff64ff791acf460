"""Chain names: the test vectors of upstream's proxier_test.go."""

from __future__ import annotations

import pytest

from cluster_core.kubeproxy.names import endpoint_chain, service_chain


@pytest.mark.parametrize(
    ("name", "protocol", "digest"),
    [
        ("ns1/svc1:p80", "TCP", "XPGD46QRK7WJZT7O"),
        ("default/kubernetes:https", "tcp", "NPX46M4PTMTKRN6Y"),
        ("kube-system/kube-dns:dns", "UDP", "TCOU7JCQXEZGVUNU"),
        ("default/itp-local", "tcp", "RTIYTA7OSJYUMIOF"),
    ],
)
def test_a_service_chain_is_named_by_a_hash(name: str, protocol: str, digest: str) -> None:
    assert [service_chain(kind, name, protocol) for kind in ("SVC", "SVL", "EXT", "FW")] == [
        f"KUBE-{kind}-{digest}" for kind in ("SVC", "SVL", "EXT", "FW")
    ]


def test_an_endpoint_chain_is_named_by_its_address_too() -> None:
    assert endpoint_chain("ns1/svc1:p80", "TCP", "10.180.0.1:80") == "KUBE-SEP-SXIVWICOYRO3J4NJ"
