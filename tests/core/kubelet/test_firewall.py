"""The kubelet's own rules."""

from __future__ import annotations

from cluster_core.dataplane.netfilter import Netfilter, save
from cluster_core.kubelet import firewall
from tests.core.kubelet.fake_apiserver import FakeNetwork


def test_a_kubelet_writes_its_rules_once() -> None:
    table = Netfilter()
    firewall.program(table)
    once = save(table)
    firewall.program(table)
    assert save(table) == once
    assert once.count("-j KUBE-FIREWALL") == 2 and ":KUBE-IPTABLES-HINT - [0:0]" in once
    assert "! -s 127.0.0.0/8 -d 127.0.0.0/8" in once


def test_they_are_put_in_front() -> None:
    network = FakeNetwork()
    firewall.program(network.netfilter("n"))
    assert network.filter.tables["filter"]["INPUT"][0] is firewall.JUMP
