"""NodePorts."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.node_ports import NodePorts
from tests.core.scheduler.machines import node, pod


def _port(number: int, protocol: str = "TCP", ip: str = "") -> list[dict[str, Any]]:
    return [{"containerPort": 80, "hostPort": number, "protocol": protocol, **({"hostIP": ip} if ip else {})}]


@pytest.mark.parametrize(
    ("wanted", "conflict"),
    [
        (_port(80), True),
        (_port(81), False),
        (_port(80, "UDP"), False),
        (_port(80, ip="10.0.0.1"), True),
    ],
)
def test_the_same_port_on_the_same_node(wanted: list[dict[str, Any]], conflict: bool) -> None:
    there = node()
    there.add_pod(pod("other", ports=_port(80)))
    status = NodePorts().filter(CycleState(), pod("p", ports=wanted), there)
    assert (status is not None) is conflict
    if status is not None:
        assert status.reasons == ["node(s) didn't have free ports for the requested pod ports"]


def test_two_addresses_of_a_node_are_two_ports() -> None:
    there = node()
    there.add_pod(pod("other", ports=_port(80, ip="10.0.0.1")))
    assert NodePorts().filter(CycleState(), pod("p", ports=_port(80, ip="10.0.0.2")), there) is None
