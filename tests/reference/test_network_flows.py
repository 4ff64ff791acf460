"""The 48 flows that a real kernel carried, sent through the cluster that the simulator's own programs made: equal field by field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.hop import Trace
from cluster_core.dataplane.netfilter import save
from cluster_core.dataplane.rule import Port, Rule
from cluster_core.dataplane.tracer import trace
from tests.reference import network_cluster as reference
from tests.reference.network_sightings import first_packet, long, reply_length, short, sightings

pytestmark = pytest.mark.skipif(
    not reference.FOLDER.is_dir(), reason="the reference recordings are not on this machine"
)

FLOWS = reference.recorded("flows.json") if reference.FOLDER.is_dir() else {}
CLIENT_PORT = 40000
TRIES = 200
RESULTS = {"ok": "delivered", "timeout": "dropped", "Connection refused": "rejected", "Message too long": "rejected"}
SERVERS = {"udp-": "", "dns-": "", "apiserver": "n1", "internet": "inet"}


def break_it(fabric: Fabric, faults: list[str]) -> None:
    """Do to the simulated stacks what the recorded commands did to the real ones."""
    for fault in faults:
        place, _, command = fault.partition(": ")
        words = command.split()
        stack = fabric.stacks.get(long(place.removeprefix("twin-")))
        if "p-n2 down" in command:
            fabric.switch["node2"].up = False
            continue
        assert stack is not None
        if "sysctl" in command:
            name, _, value = words[-1].partition("=")
            stack.sysctls[name] = int(value)
        elif "hairpin off" in command:
            stack.ports[words[3]].hairpin = False
        elif "neigh del" in command:
            del stack.neighbours[("flannel.1", words[3])]
        elif "route del" in command:
            del stack.routes[words[3]]
        elif "-I INPUT" in command:
            stack.netfilter.prepend("filter", "INPUT", Rule("DROP", protocol="udp", matches=(Port("udp", 8472),)))
        elif "wan0 down" in command:
            stack.interfaces["wan0"].up = False
        else:
            raise AssertionError(f"no such fault here: {fault}")


def servers(flow: dict[str, Any]) -> set[str]:
    """The namespaces whose server the recording names."""
    found = set()
    for name in flow.get("server_saw", {}):
        for old, new in SERVERS.items():
            name = new if name == old else name.removeprefix(old) if old.endswith("-") else name
        found.add(name)
    return found


def sent(name: str) -> Trace:
    """Send a recorded flow's packet; where an endpoint is drawn, until the draw is the recorded one."""
    flow = FLOWS[name]
    fabric = reference.build(reference.recorded("cluster.json"))
    break_it(fabric, flow.get("fault", []))
    packet, wanted = first_packet(flow, CLIENT_PORT), servers(flow)
    for seed in range(TRIES):
        sockets = reference.RecordedSockets()
        found = trace(packet, fabric, long(flow["from"]), reference.draws(seed), sockets, 200, reply_length(flow))
        if wanted <= {short(place) for place in found.accepted}:
            return found
    raise AssertionError(f"{name}: in {TRIES} draws never the server {wanted}")


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_sighting_of_a_recorded_flow(name: str) -> None:
    found, flow = sent(name), FLOWS[name]
    assert sightings(found.request, CLIENT_PORT) == flow.get("request", [])
    assert sightings(found.reply, CLIENT_PORT) == flow.get("reply", [])


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_nat_rules_that_a_recorded_flow_hit(name: str) -> None:
    found = sent(name)
    for place, rules in FLOWS[name].get("nat_rules", {}).items():
        stack = long(place.removesuffix("/nat"))
        assert sorted(found.hits.get(f"{stack}/nat", [])) == sorted(rules), place


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_how_a_recorded_flow_ended(name: str) -> None:
    """Without un-NAT the real client answered the stranger's SYN-ACK with a reset and went on waiting: we say rejected at once."""
    found, result = sent(name), FLOWS[name]["result"]
    if name == "fault-bridge-nf-off":
        assert (found.result, found.reason) == ("rejected", "packet.answer-unexpected")
    else:
        assert found.result == ("rejected" if result.startswith("icmp") else RESULTS[result])


@pytest.mark.parametrize(("stack", "dump"), [("node1", "n1"), ("node2", "n2"), ("router", "rt")])
def test_iptables_save_is_the_recorded_text(stack: str, dump: str) -> None:
    text = (reference.FOLDER / "dumps" / f"{dump}.iptables-save.txt").read_text(encoding="utf-8")
    lines = [re.sub(r"\[\d+:\d+\]", "[0:0]", line) for line in text.splitlines() if not line.startswith("#")]
    assert save(reference.build(reference.recorded("cluster.json")).stacks[stack].netfilter).splitlines() == lines


@pytest.mark.parametrize(("stack", "dump"), [("node1", "n1"), ("node2", "n2"), ("router", "rt"), ("pod/p1a", "p1a")])
def test_routes_are_the_recorded_ones(stack: str, dump: str) -> None:
    text = (reference.FOLDER / "dumps" / f"{dump}.ip-route.txt").read_text(encoding="utf-8")
    netns = reference.build(reference.recorded("cluster.json")).netns(stack)
    assert sorted(route.text() for route in netns.routes.values()) == sorted(map(str.strip, text.splitlines()))
