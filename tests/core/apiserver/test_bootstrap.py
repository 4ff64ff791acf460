"""What an API server writes before it answers."""

from __future__ import annotations

from tests.core.apiserver.plane import Plane

ROLES = "clusterroles.rbac.authorization.k8s.io"


def test_namespaces_roles_and_classes_are_there_and_stay_as_they_are() -> None:
    plane = Plane()
    role = plane.get(ROLES, "view", "")
    assert role is not None
    assert {"kube-system", "kube-public", "kube-node-lease", "default"} <= set(plane.server.cache.of("namespaces"))
    critical = plane.get("priorityclasses.scheduling.k8s.io", "system-node-critical", "")
    assert critical is not None
    assert critical["value"] == 2_000_001_000
    plane.server.crash()
    plane.server.restart()
    plane.settle()
    assert plane.get(ROLES, "view", "") == role


def test_a_role_that_was_deleted_is_back_after_a_restart() -> None:
    plane = Plane()
    plane.ask("delete", ROLES, name="view")
    assert plane.get(ROLES, "view", "") is None
    plane.server.crash()
    plane.server.restart()
    plane.settle()
    assert plane.get(ROLES, "view", "") is not None


def test_a_member_that_dies_meanwhile_costs_nothing_but_time() -> None:
    plane = Plane()
    plane.ask("delete", ROLES, name="view")
    plane.server.crash()
    plane.server.restart()
    while not plane.server._bootstrap.writes:
        plane.sim.step()
    plane.member.crash()
    plane.member.restart()
    plane.settle(60)
    assert plane.get(ROLES, "view", "") is not None
