"""The rules of one service port: policies, refusals, draws, affinity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cluster_core.kubeproxy.service_port import Endpoint, ServicePort
from cluster_core.kubeproxy.service_rules import View, endpoint_rules, front_rules

HERE = View("node-1", "192.168.66.11", "10.244.0.0/16")
ONE, TWO = Endpoint("10.244.1.2", 8080, "node-1"), Endpoint("10.244.2.2", 8080, "node-2")
WEB = ServicePort("default/web:http", "TCP", "10.96.100.1", 80, endpoints=(ONE, TWO))


def lines(service: ServicePort, view: View = HERE) -> list[str]:
    """All rules as text."""
    parts = (front_rules(service, view), endpoint_rules(service, view))
    return [rule.text(name) for part in parts for (_, name), rules in part.chains.items() for rule in rules]


def about(service: ServicePort, start: str) -> list[str]:
    """The targets of the rules of the chains whose name begins so."""
    found = [line for line in lines(service) if line.startswith(f"-A {start}")]
    return [line.partition(" -j ")[2].split(" ")[0] for line in found]


def test_draws_are_one_in_those_that_remain() -> None:
    three = replace(WEB, endpoints=(ONE, TWO, Endpoint("10.244.3.2", 8080, "node-3")))
    chances = [line.partition("--probability ")[2].split(" ")[0] for line in lines(three) if " -> " in line]
    assert chances == ["0.33333333349", "0.50000000000", ""]


@pytest.mark.parametrize(
    ("change", "jump"),
    [
        ({"endpoints": ()}, "REJECT"),
        ({"endpoints": (replace(TWO, ready=False),)}, "REJECT"),
        ({"internal_local": True, "endpoints": (TWO,)}, "DROP"),
    ],
)
def test_a_cluster_ip_without_usable_endpoints_is_refused(change: dict[str, Any], jump: str) -> None:
    service = replace(WEB, **change)
    assert about(service, "KUBE-SERVICES") == [jump]
    assert ("has no endpoints" if jump == "REJECT" else "has no local endpoints") in lines(service)[0]


def test_policy_local_keeps_pods_and_the_node_on_all_endpoints() -> None:
    local = replace(WEB, node_port=30080, external_local=True, endpoints=(TWO,))
    jumps = about(local, "KUBE-EXT-")
    assert [jump[:8] for jump in jumps] == ["KUBE-SVC", "KUBE-MAR", "KUBE-SVC"]
    assert "has no local endpoints" in next(line for line in lines(local) if "EXTERNAL-SERVICES" in line)
    there = replace(local, endpoints=(ONE, TWO))
    assert about(there, "KUBE-EXT-")[-1].startswith("KUBE-SVL")


def test_affinity_looks_before_it_draws() -> None:
    chain = [line for line in lines(replace(WEB, affinity=60)) if line.startswith("-A KUBE-SVC") and " -> " in line]
    assert ["--rcheck --seconds 60" in line for line in chain] == [True, True, False, False]


def test_source_ranges_guard_a_load_balancer() -> None:
    service = replace(WEB, load_balancer_ips=("192.168.66.240",), source_ranges=("192.168.66.0/24",), node_port=30080)
    sources = [line.split(" ")[3] for line in lines(service) if line.startswith("-A KUBE-FW") and " -s " in line]
    assert sources == ["192.168.66.0/24", "192.168.66.240/32"]
    assert any(line.startswith("-A KUBE-PROXY-FIREWALL -d 192.168.66.240/32") for line in lines(service))


def test_nodes_share_the_rules_that_do_not_depend_on_them() -> None:
    other = View("node-2", "192.168.66.12", "10.244.0.0/16")
    assert HERE.seen_by(WEB) == other.seen_by(WEB)
    local = replace(WEB, internal_local=True)
    assert HERE.seen_by(local) != other.seen_by(local)
