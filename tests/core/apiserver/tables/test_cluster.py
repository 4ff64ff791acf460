"""Rows of nodes, namespaces, configuration, quotas."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.table import PRINTERS
from tests.core.apiserver.tables.rows import NOW, cells, named_cells


def ready(status: str) -> list[Obj]:
    return [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": status}]


@pytest.mark.parametrize(
    ("spec", "conditions", "text"),
    [
        ({}, ready("True"), "Ready"),
        ({}, ready("Unknown"), "NotReady"),
        ({}, [], "Unknown"),
        ({"unschedulable": True}, ready("True"), "Ready,SchedulingDisabled"),
    ],
)
def test_status_of_nodes(spec: Obj, conditions: list[Obj], text: str) -> None:
    assert named_cells("nodes", {"spec": spec, "status": {"conditions": conditions}})["Status"] == text


def test_nodes() -> None:
    labels = {"node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "db", "node-role.kubernetes.io/": ""}
    addresses = [{"type": "Hostname", "address": "n1"}, {"type": "InternalIP", "address": "192.0.2.1"}]
    info = {"kubeletVersion": "v1.36.2", "osImage": "Debian"}
    found = named_cells("nodes", {"metadata": {"labels": labels}, "status": {"addresses": addresses, "nodeInfo": info}})
    assert found["Roles"] == "control-plane,db"
    assert (found["Internal-IP"], found["External-IP"]) == ("192.0.2.1", "<none>")
    assert (found["Version"], found["OS-Image"], found["Kernel-Version"]) == ("v1.36.2", "Debian", "<unknown>")
    assert named_cells("nodes", {})["Roles"] == "<none>"


def test_small_ones() -> None:
    assert cells("namespaces", {"status": {"phase": "Active"}}) == ["x", "Active", "60s"]
    assert cells("configmaps", {"data": {"a": "1"}, "binaryData": {"b": "MQ=="}})[1] == 2
    assert cells("secrets", {"type": "Opaque", "data": {"a": "MQ=="}})[1:3] == ["Opaque", 1]
    assert cells("serviceaccounts", {}) == ["x", "60s"]
    assert cells("leases", {"spec": {"holderIdentity": "n1"}})[1] == "n1"
    assert cells("runtimeclasses", {"handler": "gvisor"})[1] == "gvisor"
    given = {"value": 100, "globalDefault": True, "preemptionPolicy": "Never"}
    assert cells("priorityclasses", given) == ["x", 100, True, "60s", "Never"]


def test_quotas_tell_requests_and_limits_apart() -> None:
    status = {
        "hard": {"pods": "10", "limits.cpu": "4", "requests.cpu": "2"},
        "used": {"pods": "3", "limits.cpu": "500m"},
    }
    assert cells("resourcequotas", {"status": status})[1:3] == ["pods: 3/10, requests.cpu: 0/2", "limits.cpu: 500m/4"]


def test_components_and_api_services() -> None:
    component = PRINTERS["componentstatuses"]
    given = {"metadata": {"name": "etcd-0"}, "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}]}
    assert component.cells(given, NOW) == ["etcd-0", "Healthy", "ok", ""]
    assert component.cells({"metadata": {"name": "x"}}, NOW) == ["x", "Unknown", "", ""]
    condition = {"type": "Available", "status": "False", "reason": "MissingEndpoints"}
    spec = {"service": {"namespace": "kube-system", "name": "metrics-server"}}
    found = cells("apiservices", {"spec": spec, "status": {"conditions": [condition]}})
    assert found[1:3] == ["kube-system/metrics-server", "False (MissingEndpoints)"]
    assert cells("apiservices", {"spec": {}})[1:3] == ["Local", "Unknown"]
