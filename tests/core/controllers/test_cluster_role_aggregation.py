"""Cluster roles that gather."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster

ROLES = "clusterroles.rbac.authorization.k8s.io"


def rules(cluster: SmallCluster, name: str) -> list[object]:
    found: list[object] = cluster.world.objects(ROLES)[name].get("rules") or []
    return found


def test_the_default_roles_are_filled_at_the_boot() -> None:
    cluster = SmallCluster()
    view, edit, admin = (rules(cluster, name) for name in ("view", "edit", "admin"))
    assert len(view) == len(rules(cluster, "system:aggregate-to-view"))
    assert len(edit) == len(view) + len(rules(cluster, "system:aggregate-to-edit"))
    assert len(admin) == len(edit) + len(rules(cluster, "system:aggregate-to-admin"))


def test_a_label_adds_the_rules_of_a_role_and_its_end_takes_them_away() -> None:
    cluster = SmallCluster()
    cluster.create("""
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: crontabs, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}
rules: [{apiGroups: [stable.example.com], resources: [crontabs], verbs: [get]}]
""")
    cluster.run(1)
    wanted = {"apiGroups": ["stable.example.com"], "resources": ["crontabs"], "verbs": ["get"]}
    assert wanted in rules(cluster, "view")
    assert wanted in rules(cluster, "admin")
    cluster.ask("delete", ROLES, "crontabs", namespace="")
    cluster.run(1)
    assert wanted not in rules(cluster, "admin")
