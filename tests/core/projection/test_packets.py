"""Journeys and stacks as the browser is shown them."""

from __future__ import annotations

import json
import typing

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.cards import Hop, Journey, Packet, TriedRule

STEPS = ("send", "device", "bridge", "netfilter", "routing", "encapsulate", "decapsulate", "switch", "deliver")


CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-2, containers: [{name: c, image: nginx}]}
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    cluster = Cluster(ClusterConfig(), seed=7)
    cluster.apply(Command("apply", {"manifest": CLIENT}).parsed())
    cluster.advance(cluster.now + 30_000_000, 1_000_000)
    return cluster


def far_apart(cluster: Cluster) -> tuple[str, str]:
    """A pod, and one of another node."""
    pods = cluster.world.objects("pods")
    dns = next(key for key in pods if "coredns" in key and pods[key]["spec"]["nodeName"] != "node-2")
    return "pod/default/client", f"pod/{dns}"


def test_a_journey_is_plain_and_complete(cluster: Cluster) -> None:
    first, second = far_apart(cluster)
    journey = cluster.world.send_packet(first, second, "udp", 53)
    assert json.loads(json.dumps(journey)) == journey
    assert set(journey) == set(typing.get_type_hints(Journey))
    for hop in (*journey["request"], *journey["reply"]):
        assert set(hop) == set(typing.get_type_hints(Hop)) and hop["step"] in STEPS
        assert set(hop["after"]) == set(typing.get_type_hints(Packet))
    assert journey["request"][0]["netns"] == first and journey["request"][-1]["netns"] == second
    assert {hop["node"] for hop in journey["request"]} >= {"switch"}


def test_layers_are_listed_from_the_outside_in(cluster: Cluster) -> None:
    first, second = far_apart(cluster)
    journey = cluster.world.send_packet(first, second, "tcp", 53)
    at_switch = next(hop for hop in journey["request"] if hop["node"] == "switch")
    layers = [layer["layer"] for layer in at_switch["after"]["layers"]]
    assert layers == ["Ethernet", "IP", "UDP", "VXLAN", "Ethernet", "IP", "TCP"]
    assert at_switch["after"]["length"] == 110 + 14
    error = cluster.world.send_packet(first, "192.168.66.77", "tcp", 53)
    answer = [layer["layer"] for layer in error["reply"][-1]["after"]["layers"]]
    assert answer == ["IP", "ICMP", "IP", "TCP"]


def test_the_draw_is_shown_beside_the_chance(cluster: Cluster) -> None:
    tried: list[TriedRule] = []
    for attempt in range(8):
        journey = cluster.world.send_packet("node/node-1", "service/kube-system/kube-dns", "udp", 53, attempt)
        tried += [rule for hop in journey["request"] for rule in hop["tried"] if rule["draw"] is not None]
    assert {rule["result"] for rule in tried} == {"taken", "skipped"}
    assert all(rule["chance"] == 0.5 for rule in tried)
    assert all((typing.cast(float, rule["draw"]) < 0.5) == (rule["result"] == "taken") for rule in tried)
