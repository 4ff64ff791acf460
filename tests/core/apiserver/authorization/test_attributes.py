"""Refusals in upstream's words."""

from __future__ import annotations

from cluster_core.apiserver.authorization.attributes import Attributes, forbidden


def test_with_and_without_a_name_a_group_and_a_namespace() -> None:
    pods = Attributes("list", "", "pods", namespace="default")
    assert forbidden("u", pods).message == (
        'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "default"'
    )
    scale = Attributes("get", "apps", "deployments", "scale", "default", "web")
    error = forbidden("u", scale, "because")
    assert error.message == (
        'deployments.apps "web" is forbidden: User "u" cannot get resource "deployments/scale" in API group "apps" '
        'in the namespace "default": because'
    )
    assert error.details == {"name": "web", "group": "apps", "kind": "deployments"}
    nodes = forbidden("u", Attributes("list", "", "nodes"))
    assert nodes.message.endswith('cannot list resource "nodes" in API group "" at the cluster scope')
    assert (nodes.code, nodes.reason, nodes.details) == (403, "Forbidden", {"kind": "nodes"})


def test_a_path() -> None:
    error = forbidden("system:anonymous", Attributes("get", path="/metrics"))
    assert error.message == 'forbidden: User "system:anonymous" cannot get path "/metrics"'
