"""What calls accept."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.yaml import ManifestError
from cluster_core.cluster.command import CommandError
from explorer.rest.serializers import CommandSerializer, NewRunSerializer, PacketSerializer


@pytest.mark.parametrize(
    ("config", "good"),
    [
        ({}, True),
        (
            {"nodes": 3, "node_cpu": "500m", "node_memory": "1Gi", "etcd_members": 5, "runtime": "containerd://2.1.4"},
            True,
        ),
        ({"node_cpu": "0"}, False),
        ({"node_memory": "9Ei"}, False),
        ({"node_cpu": "1e400"}, False),
        ({"nodes": True}, False),
        ({"runtime": "x" * 101}, False),
        ({"objects": []}, False),
        ({"script": []}, False),
    ],
)
def test_settings_of_a_cluster(config: dict[str, Any], good: bool) -> None:
    assert NewRunSerializer(data={"config": config}).is_valid() is good


def test_a_command_is_read_where_it_arrives() -> None:
    given = {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 2, "client_id": "a"}
    checked = CommandSerializer(data=given)
    assert checked.is_valid()
    command = checked.validated_data["command"]
    assert (command.kind, command.client_id) == ("scale", "a")
    assert command.params == {"resource": "deployments", "name": "web", "replicas": 2}
    assert (checked.validated_data["in_past"], checked.validated_data["wait"]) == ("fork", True)


def test_a_manifest_keeps_its_white_space() -> None:
    text = "\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: |\n    x  \n"
    checked = CommandSerializer(data={"kind": "apply", "manifest": text})
    assert checked.is_valid()
    assert checked.validated_data["command"].params["manifest"] == text


def test_what_the_core_refuses_comes_out_as_it_is() -> None:
    with pytest.raises(CommandError):
        CommandSerializer(data={"kind": "fly"}).is_valid()
    with pytest.raises(ManifestError):
        CommandSerializer(data={"kind": "apply", "manifest": "a: ["}).is_valid()


def test_a_packet_comes_from_somewhere() -> None:
    checked = PacketSerializer(data={"from": "pod/default/web", "to": "10.96.0.1"})
    assert checked.is_valid()
    given = checked.validated_data
    assert (given["from"], given["to"]) == ("pod/default/web", "10.96.0.1")
    assert (given["protocol"], given["port"]) == ("tcp", 80)
    assert not PacketSerializer(data={"to": "10.96.0.1"}).is_valid()
    assert not PacketSerializer(data={"from": "a", "to": "b", "port": 65_536}).is_valid()
