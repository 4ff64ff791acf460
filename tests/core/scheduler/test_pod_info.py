"""Pods as the scheduler sees them."""

from __future__ import annotations

from cluster_core.scheduler.pod_info import counts_on_node, host_ports


def test_host_ports_default_to_every_address() -> None:
    ports = [
        {"containerPort": 80},
        {"containerPort": 80, "hostPort": 8080},
        {"containerPort": 53, "hostPort": 53, "protocol": "UDP"},
    ]
    assert host_ports({"containers": [{"name": "c", "image": "i", "ports": ports}]}) == [
        ("0.0.0.0", "TCP", 8080),
        ("0.0.0.0", "UDP", 53),
    ]


def test_who_counts_on_a_node() -> None:
    waiting = {"metadata": {}, "spec": {"schedulerName": "default-scheduler"}, "status": {"phase": "Pending"}}
    assert not counts_on_node(waiting)
    bound = {**waiting, "spec": {**waiting["spec"], "nodeName": "n1"}}
    assert counts_on_node(bound)
    assert not counts_on_node({**bound, "status": {"phase": "Succeeded"}})
