"""Names of resources, as discovery gives them."""

from __future__ import annotations

from tests.core.kubectl.server import Server


def test_names_short_names_and_groups() -> None:
    found = Server().terminal.resources
    for name in ("po", "pods", "Pod", "pods.v1."):
        assert (one := found.find(name)) is None or one.kind == "Pod", name
    assert found.find("deployments.apps") == found.find("deploy") == found.find("deployments.v1.apps")
    autoscaler = found.find("hpa")
    assert autoscaler is not None and autoscaler.api_version == "autoscaling/v2"
    assert found.find("nope") is None


def test_paths() -> None:
    found = Server().terminal.resources
    pods, deployments = found.find("pods"), found.find("deployments")
    assert pods is not None and deployments is not None
    assert pods.path("a", "b", "log") == "/api/v1/namespaces/a/pods/b/log" and pods.path() == "/api/v1/pods"
    assert deployments.path("a") == "/apis/apps/v1/namespaces/a/deployments"
    assert deployments.full_name == "deployment.apps" and deployments.full_plural == "deployments.apps"


def test_categories_and_kinds() -> None:
    found = Server().terminal.resources
    assert [one.plural for one in found.in_category("all")][:3] == ["pods", "replicationcontrollers", "services"]
    assert found.of_kind("apps/v1", "Deployment") == found.find("deploy")
    assert "configmaps" in found.names()
