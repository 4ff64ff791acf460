"""rbac.authorization.k8s.io: roles and who has them. Upstream: `pkg/apis/rbac/{v1/defaults.go,validation/validation.go}`."""

from __future__ import annotations

from typing import ClassVar

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import Kind, named
from cluster_core.api.request import Obj

GROUP = "rbac.authorization.k8s.io"
CANNOT_CHANGE = "cannot change roleRef"


class _Named(Kind):
    """What may have a name with colons in it."""

    group, has_status, has_spec = GROUP, False, False

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A segment of a path."""
        return names.path_segment(name)


class Role(_Named):
    """What may be done in a namespace."""

    kind, plural = "Role", "roles"

    def validate(self, obj: Obj) -> list[Cause]:
        """Its rules."""
        rules = enumerate(obj.get("rules") or ())
        return [cause for index, rule in rules for cause in _rule(rule, f"rules[{index}]", self.namespaced)]


class ClusterRole(Role):
    """What may be done in the cluster."""

    kind, plural, namespaced = "ClusterRole", "clusterroles", False

    def validate(self, obj: Obj) -> list[Cause]:
        """Its rules, and how it gathers those of others."""
        causes = super().validate(obj)
        gathers = obj.get("aggregationRule")
        if gathers is not None and not gathers.get("clusterRoleSelectors"):
            words = "at least one clusterRoleSelector required if aggregationRule is non-nil"
            causes.append(Cause("aggregationRule.clusterRoleSelectors", "Required", words))
        return causes


class RoleBinding(_Named):
    """Who has a role in a namespace."""

    kind, plural = "RoleBinding", "rolebindings"
    referred: ClassVar[tuple[str, ...]] = ("Role", "ClusterRole")

    def defaults(self, obj: Obj) -> Obj:
        """The API groups of the role and of users and groups."""
        ref = obj.get("roleRef") or {}
        obj = {**obj, "roleRef": {**ref, "apiGroup": ref.get("apiGroup") or GROUP}}
        if obj.get("subjects"):
            obj["subjects"] = [_subject_with_group(subject) for subject in obj["subjects"]]
        return obj

    def validate(self, obj: Obj) -> list[Cause]:
        """The role and the subjects."""
        subjects = enumerate(obj.get("subjects") or ())
        found = [cause for index, one in subjects for cause in _subject(one, f"subjects[{index}]", self.namespaced)]
        return _role_ref(obj["roleRef"], self.referred) + found

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A binding is for ever about its role."""
        if new["roleRef"] == old["roleRef"]:
            return []
        return [Cause("roleRef", "Invalid", CANNOT_CHANGE, new["roleRef"])]


class ClusterRoleBinding(RoleBinding):
    """Who has a role in the cluster."""

    kind, plural, namespaced = "ClusterRoleBinding", "clusterrolebindings", False
    referred = ("ClusterRole",)


def _rule(rule: Obj, path: str, namespaced: bool) -> list[Cause]:
    causes = []
    if not rule.get("verbs"):
        causes.append(Cause(f"{path}.verbs", "Required", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        if namespaced:
            words = "namespaced rules cannot apply to non-resource URLs"
            causes.append(Cause(f"{path}.nonResourceURLs", "Invalid", words, urls))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            words = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(Cause(f"{path}.nonResourceURLs", "Invalid", words, urls))
        return causes
    if not rule.get("apiGroups"):
        causes.append(Cause(f"{path}.apiGroups", "Required", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        causes.append(Cause(f"{path}.resources", "Required", "resource rules must supply at least one resource"))
    return causes


def _role_ref(ref: Obj, kinds: tuple[str, ...]) -> list[Cause]:
    causes = []
    if ref.get("apiGroup") != GROUP:
        causes.append(Cause("roleRef.apiGroup", "NotSupported", supported(GROUP), ref.get("apiGroup", "")))
    if ref.get("kind") not in kinds:
        causes.append(Cause("roleRef.kind", "NotSupported", supported(*kinds), ref.get("kind", "")))
    if not ref.get("name"):
        return [*causes, Cause("roleRef.name", "Required")]
    return causes + named(ref["name"], names.path_segment, "roleRef.name")


def _subject(subject: Obj, path: str, namespaced: bool) -> list[Cause]:
    kind, group, name = subject.get("kind", ""), subject.get("apiGroup", ""), subject.get("name", "")
    causes = [] if name else [Cause(f"{path}.name", "Required")]
    if kind == "ServiceAccount":
        if name:
            causes += named(name, names.subdomain, f"{path}.name")
        if group:
            causes.append(Cause(f"{path}.apiGroup", "NotSupported", supported(""), group))
        if not namespaced and not subject.get("namespace"):
            causes.append(Cause(f"{path}.namespace", "Required"))
    elif kind in ("User", "Group"):
        if group != GROUP:
            causes.append(Cause(f"{path}.apiGroup", "NotSupported", supported(GROUP), group))
    else:
        causes.append(Cause(f"{path}.kind", "NotSupported", supported("ServiceAccount", "User", "Group"), kind))
    return causes


def _subject_with_group(subject: Obj) -> Obj:
    if subject.get("apiGroup") or subject.get("kind") not in ("User", "Group"):
        return subject
    return {**subject, "apiGroup": GROUP}
