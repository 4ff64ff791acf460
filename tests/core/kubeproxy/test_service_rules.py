"""The rules of one service port: policies, refusals, draws, affinity."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

from cluster_core.dataplane.netfilter import Netfilter, save
from cluster_core.kubeproxy.ruleset import ProxyChains, Snapshot, program_jumps
from cluster_core.kubeproxy.service_port import Endpoint, ServiceEntry, ServicePort, service_ports
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


def test_endpoints_that_end_but_serve_are_used_when_no_other_is_left() -> None:
    ending = replace(ONE, ready=False, terminating=True)
    assert replace(WEB, endpoints=(ending, TWO)).usable() == (TWO,)
    assert replace(WEB, endpoints=(ending,)).usable() == (ending,)
    assert replace(WEB, endpoints=(replace(ending, serving=False),)).usable() == ()


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


def objects(**spec: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A Service and a slice as the API server has them."""
    port = {"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}
    service = {
        "metadata": {"namespace": "default", "name": "web"},
        "spec": {"clusterIP": "10.96.100.1", "ports": [port]},
    }
    service["spec"] |= spec
    ready = {"ready": True, "serving": True, "terminating": False}
    part = {
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "other", "port": 9, "protocol": "TCP"}],
        "endpoints": [
            {"addresses": ["10.244.2.2"], "conditions": ready, "nodeName": "node-2"},
            {"addresses": ["10.244.1.2"], "conditions": {**ready, "ready": False}, "nodeName": "node-1"},
        ],
    }
    return service, part


def test_service_ports_of_the_objects() -> None:
    service, part = objects(sessionAffinity="ClientIP")
    (port,) = service_ports(service, [part])
    assert (port.name, port.affinity) == ("default/web:http", 10800)
    assert [(one.text, one.ready) for one in port.endpoints] == [("10.244.1.2:8080", False), ("10.244.2.2:8080", True)]
    assert service_ports(objects(clusterIP="None")[0], [part]) == ()
    assert service_ports(objects(type="ExternalName", clusterIP="")[0], [part]) == ()


def test_a_checkpoint_leaves_out_what_follows() -> None:
    service, part = objects()
    entry = ServiceEntry(service, (part,))
    chains = ProxyChains(Snapshot({"default/web": entry}, entry.endpoints), HERE)
    table = Netfilter(sources={"kube-proxy": chains})
    program_jumps(table)
    text, size = save(table), len(pickle.dumps(ProxyChains(Snapshot({"default/web": entry}, 4), HERE)))
    assert len(pickle.dumps(chains)) == size
    assert save(pickle.loads(pickle.dumps(table))) == text


def test_over_a_thousand_endpoints_the_rules_are_terse() -> None:
    service, part = objects()
    entry = ServiceEntry(service, (part,))
    wordy, terse = (save(Netfilter(sources={"p": ProxyChains(Snapshot({"w": entry}, n), HERE)})) for n in (1000, 1001))
    assert '"default/web:http -> 10.244.2.2:8080"' in wordy and " -> " not in terse
    assert "default/web:http cluster IP" in terse
