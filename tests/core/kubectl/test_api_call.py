"""Writes of clients outside the cluster, as commands of the log."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Request
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.config import ClusterConfig

ADMIN = {"user": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]}
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}


def asked(cluster: Cluster, verb: str, **fields: Any) -> dict[str, Any]:
    command = Command("request", {**ADMIN, "verb": verb, "resource": "configmaps", "namespace": "default", **fields})
    answer = cluster.run_until_answered(cluster.apply(command))
    assert answer is not None
    return answer[0]


def test_a_write_is_carried_out_and_answered() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    answer = asked(cluster, "create", body=BODY)
    assert answer["code"] == 201 and answer["body"]["data"] == {"a": "1"}
    assert asked(cluster, "create", body=BODY)["body"]["reason"] == "AlreadyExists"
    assert asked(cluster, "delete", name="c")["body"]["status"] == "Success"


def test_a_log_with_requests_replays_to_the_same_state() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    asked(cluster, "create", body=BODY)
    log = [Command.from_log(command.to_log()) for command in cluster.commands]
    again = Cluster(ClusterConfig(), 1, log)
    again.replay(cluster.head_number, cluster.head_now)
    assert again.state_hash() == cluster.state_hash()


def test_only_writes_are_commands() -> None:
    with pytest.raises(CommandError):
        Command("request", {**ADMIN, "verb": "get", "resource": "pods"}).parsed()


def test_a_read_changes_nothing() -> None:
    cluster = Cluster(ClusterConfig(), 1)
    asked(cluster, "create", body=BODY)
    before = cluster.state_hash()
    found = cluster.read(Request(1, "", "kubernetes-admin", "get", "configmaps", "default", "c"))
    listed = cluster.read(Request(1, "", "kubernetes-admin", "list", "configmaps", "default"))
    missing = cluster.read(Request(1, "", "kubernetes-admin", "get", "configmaps", "default", "x"))
    assert found.body["data"] == {"a": "1"} and "c" in [item["metadata"]["name"] for item in listed.body["items"]]
    assert missing.code == 404 and missing.body["message"] == 'configmaps "x" not found'
    assert cluster.state_hash() == before
