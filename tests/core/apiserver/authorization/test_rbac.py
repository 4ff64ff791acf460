"""RBAC on what the watch cache holds."""

from __future__ import annotations

from typing import Any

from cluster_core.apiserver.authentication.identity import Identity, component
from cluster_core.apiserver.authorization.attributes import Attributes
from cluster_core.apiserver.authorization.rbac import decide
from cluster_core.apiserver.watch_cache import WatchCache

GROUP = "rbac.authorization.k8s.io"
JANE = Identity("jane", ("devs", "system:authenticated"))
PODS = [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]


def cache(*objects: tuple[str, str, dict[str, Any]]) -> WatchCache:
    """A cache with (resource, "ns/name", fields)."""
    made = WatchCache()
    for number, (resource, key, fields) in enumerate(objects):
        namespace, _, name = key.rpartition("/")
        meta = {"name": name, **({"namespace": namespace} if namespace else {})}
        made.load(f"/registry/{resource}.{GROUP}/{key}", {"metadata": meta, **fields}, number + 1)
    return made


def binding(kind: str, role: str, *subjects: dict[str, str]) -> dict[str, Any]:
    return {"roleRef": {"apiGroup": GROUP, "kind": kind, "name": role}, "subjects": list(subjects)}


def ask(found: WatchCache, who: Identity = JANE, namespace: str = "team") -> Any:
    return decide(found, who, Attributes("get", "", "pods", namespace=namespace, name="x"))


def test_a_role_counts_in_its_namespace_alone() -> None:
    devs = {"kind": "Group", "name": "devs"}
    found = cache(
        ("roles", "team/reader", {"rules": PODS}), ("rolebindings", "team/b", binding("Role", "reader", devs))
    )
    decision = ask(found)
    assert decision.allowed
    assert decision.reason == 'RBAC: allowed by RoleBinding "b/team" of Role "reader" to Group "devs"'
    assert (decision.rule["role"], decision.rule["binding"]) == ("role/team/reader", "rolebinding/team/b")
    assert not ask(found, namespace="other").allowed
    assert not ask(found, Identity("bob")).allowed


def test_a_cluster_role_by_either_binding() -> None:
    jane = {"kind": "User", "name": "jane"}
    role = ("clusterroles", "reader", {"rules": [{"verbs": ["list"], "apiGroups": [""], "resources": ["x"]}, *PODS]})
    everywhere = cache(role, ("clusterrolebindings", "b", binding("ClusterRole", "reader", jane)))
    assert ask(everywhere, namespace="other").rule["rule"] == 1
    here = cache(role, ("rolebindings", "team/b", binding("ClusterRole", "reader", jane)))
    assert ask(here).allowed
    assert not ask(here, namespace="other").allowed


def test_a_service_account_without_a_namespace_is_one_of_the_binding() -> None:
    robot = component("system:serviceaccount:team:robot")
    role = ("clusterroles", "reader", {"rules": PODS})
    subject = {"kind": "ServiceAccount", "name": "robot"}
    found = cache(role, ("rolebindings", "team/b", binding("ClusterRole", "reader", subject)))
    assert ask(found, robot).reason.endswith('to ServiceAccount "robot/team"')
    assert not ask(cache(role, ("clusterrolebindings", "b", binding("ClusterRole", "reader", subject))), robot).allowed


def test_a_binding_to_a_role_that_is_missing_is_told() -> None:
    found = cache(("clusterrolebindings", "b", binding("ClusterRole", "lost", {"kind": "User", "name": "jane"})))
    decision = ask(found)
    assert (decision.allowed, decision.reason) == (False, f'RBAC: clusterrole.{GROUP} "lost" not found')
