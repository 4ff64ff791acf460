"""What the type of a Service brings along, and what goes with it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds import service_type
from cluster_core.api.request import Obj

LOCAL = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
NEEDS: list[tuple[Any, Obj, bool]] = [
    (service_type.needs_address, {"type": "ExternalName"}, False),
    (service_type.needs_address, {"type": "ClusterIP"}, True),
    (service_type.is_headless, {"clusterIPs": ["None"]}, True),
    (service_type.needs_node_ports, {"type": "LoadBalancer"}, True),
    (service_type.needs_node_ports, {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False}, False),
    (service_type.is_externally_accessible, {"type": "ClusterIP"}, False),
    (service_type.is_externally_accessible, {"type": "ClusterIP", "externalIPs": ["192.0.2.1"]}, True),
    (service_type.needs_health_check, LOCAL, True),
    (service_type.needs_health_check, {**LOCAL, "type": "NodePort"}, False),
]


@pytest.mark.parametrize(("need", "spec", "expected"), NEEDS)
def test_needs(need: Any, spec: Obj, expected: bool) -> None:
    assert need(spec) is expected


def test_only_what_the_client_left_goes_with_the_type() -> None:
    old = {**LOCAL, "healthCheckNodePort": 30001, "ports": [{"port": 80, "nodePort": 30000}]}
    new = {**old, "type": "ClusterIP"}
    assert service_type.without_fields_of_other_types(new, old) == {"type": "ClusterIP", "ports": [{"port": 80}]}
    changed = {**new, "externalTrafficPolicy": "Cluster", "ports": [{"port": 80, "nodePort": 30002}]}
    assert service_type.without_fields_of_other_types(changed, old) == {
        name: value for name, value in changed.items() if name != "healthCheckNodePort"
    }


def test_what_was_allotted_is_kept() -> None:
    old = {**LOCAL, "clusterIP": "10.96.3.4", "clusterIPs": ["10.96.3.4"], "healthCheckNodePort": 30001}
    assert service_type.with_allocated(LOCAL, old) == old
    assert service_type.with_allocated({**LOCAL, "clusterIP": "None"}, old).get("clusterIPs") is None
