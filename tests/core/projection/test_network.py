"""The stack of a node as its tools show it."""

from __future__ import annotations

import typing

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.network import InterfaceCard, NodeNetwork


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster(ClusterConfig(), seed=7)


def dns_pods(cluster: Cluster) -> list[str]:
    return [f"pod/{key}" for key in cluster.world.objects("pods") if "coredns" in key]


def test_a_node_shows_what_is_programmed_in_it(cluster: Cluster) -> None:
    pod = next(key for key in dns_pods(cluster))
    node = cluster.world.objects("pods")[pod.removeprefix("pod/")]["spec"]["nodeName"]
    network = cluster.world.node_network(node)
    assert set(network) == set(typing.get_type_hints(NodeNetwork))
    veth = next(one for one in network["interfaces"] if one["peer"] == pod)
    assert set(veth) == set(typing.get_type_hints(InterfaceCard))
    assert (veth["kind"], veth["master"], veth["hairpin"]) == ("veth", "cni0", True)
    assert any(f"dev {veth['name']} master cni0" in line for line in network["fdb"])
    assert sum(line.endswith("PERMANENT") for line in network["neighbours"]) == 3
    assert network["sysctls"]["net.ipv4.ip_forward"] == 1
    assert network["iptables"].startswith("*mangle\n")
    with pytest.raises(LookupError, match="no machine moon"):
        cluster.world.node_network("moon")
