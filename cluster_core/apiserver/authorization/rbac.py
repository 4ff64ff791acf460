"""RBAC: the rules that bindings give to a user, and the first of them that allows a question.

Upstream: `plugin/pkg/auth/authorizer/rbac/rbac.go`, `pkg/registry/rbac/validation/rule.go`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.apiserver.authentication.identity import Identity, account_of
from cluster_core.apiserver.authorization.attributes import NO_OPINION, Attributes, Opinion
from cluster_core.apiserver.authorization.rules import allows
from cluster_core.apiserver.watch_cache import WatchCache

GROUP = "rbac.authorization.k8s.io"
CLUSTER_ROLES, CLUSTER_BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
ROLES, BINDINGS = f"roles.{GROUP}", f"rolebindings.{GROUP}"
RESOURCES = (CLUSTER_ROLES, CLUSTER_BINDINGS, ROLES, BINDINGS)


@dataclass(frozen=True, slots=True)
class Grant:
    """One rule that somebody has, and by what: binding and subject, or why the role of a binding is not known."""

    binding: Obj
    subject: Obj
    index: int
    rule: Obj
    problem: str = ""

    def reason(self) -> str:
        """In upstream's words."""
        meta, ref = self.binding["metadata"], self.binding["roleRef"]
        namespace = meta.get("namespace")
        kind, name = (
            ("RoleBinding", f"{meta['name']}/{namespace}") if namespace else ("ClusterRoleBinding", meta["name"])
        )
        return f'RBAC: allowed by {kind} "{name}" of {ref["kind"]} "{ref["name"]}" to {_subject_text(self.subject, namespace or "")}'

    def told(self) -> dict[str, object]:
        """For the trace: which rule of which role, given by which binding."""
        meta, ref = self.binding["metadata"], self.binding["roleRef"]
        namespace = meta.get("namespace")
        binding = f"rolebinding/{namespace}/{meta['name']}" if namespace else f"clusterrolebinding/{meta['name']}"
        role = f"role/{namespace}/{ref['name']}" if ref["kind"] == "Role" else f"clusterrole/{ref['name']}"
        return {"rule": self.index, "role": role, "binding": binding}


def grants(cache: WatchCache, who: Identity, namespace: str) -> Iterator[Grant]:
    """Every rule that somebody has: at the cluster scope, then in a namespace."""
    for binding in cache.of(CLUSTER_BINDINGS).values():
        yield from _grants_of(cache, binding, who, "")
    if namespace:
        for binding in cache.of(BINDINGS).values():
            if binding["metadata"]["namespace"] == namespace:
                yield from _grants_of(cache, binding, who, namespace)


def role_rules(cache: WatchCache, ref: Obj, namespace: str) -> list[Obj] | None:
    """The rules of the role that a binding refers to, None if there is no such role."""
    if ref.get("kind") == "ClusterRole":
        role = cache.get(CLUSTER_ROLES, "", str(ref.get("name", "")))
    else:
        role = cache.get(ROLES, namespace, str(ref.get("name", "")))
    return None if role is None else list(role.get("rules") or ())


def decide(cache: WatchCache, who: Identity, asked: Attributes) -> Opinion:
    """What RBAC thinks of a question."""
    problems = []
    for grant in grants(cache, who, asked.namespace):
        if grant.problem:
            problems.append(grant.problem)
        elif allows(grant.rule, asked):
            return Opinion(True, grant.reason(), {"authorizer": "RBAC", "reason": grant.reason(), **grant.told()})
    if not problems:
        return NO_OPINION
    return Opinion(False, f"RBAC: {problems[0]}" if len(problems) == 1 else f"RBAC: [{', '.join(problems)}]")


def _grants_of(cache: WatchCache, binding: Obj, who: Identity, namespace: str) -> Iterator[Grant]:
    subject = next((one for one in binding.get("subjects") or () if _applies(one, who, namespace)), None)
    if subject is None:
        return
    ref = binding["roleRef"]
    rules = role_rules(cache, ref, namespace)
    if rules is None:
        resource = "clusterrole" if ref["kind"] == "ClusterRole" else "role"
        yield Grant(binding, subject, -1, {}, f'{resource}.{GROUP} "{ref["name"]}" not found')
        return
    for index, rule in enumerate(rules):
        yield Grant(binding, subject, index, rule)


def _applies(subject: Obj, who: Identity, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name")
    if kind == "User":
        return bool(name == who.user)
    if kind == "Group":
        return name in who.groups
    where = subject.get("namespace") or namespace
    return kind == "ServiceAccount" and bool(where) and account_of(who.user) == (where, name)


def _subject_text(subject: Obj, namespace: str) -> str:
    if subject["kind"] == "ServiceAccount":
        return f'ServiceAccount "{subject["name"]}/{subject.get("namespace") or namespace}"'
    return f'{subject["kind"]} "{subject["name"]}"'
