"""rbac.authorization.k8s.io: roles and who has them. Upstream: `pkg/apis/rbac/{v1/defaults.go,validation/validation.go}`."""

from __future__ import annotations

from typing import Any, ClassVar

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import must_be_named, named
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

GROUP = "rbac.authorization.k8s.io"
SUBJECTS = ("ServiceAccount", "User", "Group")
NOT_HERE = "namespaced rules cannot apply to non-resource URLs"
NOT_BOTH = "rules cannot apply to both regular resources and non-resource URLs"


class _Rbac(Kind):
    """What the four kinds have in common: names with colons."""

    group, has_status, has_spec = GROUP, False, False

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A segment of a path: "system:node" is one."""
        return names.path_segment(name)


class Role(_Rbac):
    """What may be done in a namespace."""

    kind, plural = "Role", "roles"

    def validate(self, obj: Obj) -> list[Cause]:
        """Rules about resources."""
        return _validate_rules(obj.get("rules"), namespaced=True)


class ClusterRole(_Rbac):
    """What may be done in the cluster."""

    kind, plural, namespaced = "ClusterRole", "clusterroles", False

    def validate(self, obj: Obj) -> list[Cause]:
        """Rules, and selectors of other roles that lend theirs."""
        causes = _validate_rules(obj.get("rules"), namespaced=False)
        aggregation, path = obj.get("aggregationRule"), "aggregationRule.clusterRoleSelectors"
        if aggregation is None:
            return causes
        if not aggregation.get("clusterRoleSelectors"):
            words = "at least one clusterRoleSelector required if aggregationRule is non-nil"
            causes.append(Cause(path, "Required", words))
        for index, selector in enumerate(aggregation.get("clusterRoleSelectors") or ()):
            causes += validate_label_selector(selector, f"{path}[{index}]")
        return causes


class _Binding(_Rbac):
    roles: ClassVar[tuple[str, ...]]

    def defaults(self, obj: Obj) -> Obj:
        """API groups of the role and of users and groups."""
        found = {**obj, "roleRef": _with_group(obj.get("roleRef") or {}, GROUP)}
        if obj.get("subjects"):
            found["subjects"] = [
                _with_group(one, GROUP) if one.get("kind") in ("User", "Group") else one for one in obj["subjects"]
            ]
        return found

    def validate(self, obj: Obj) -> list[Cause]:
        """The role, and whom it is given to."""
        role = obj["roleRef"]
        causes: list[Cause] = []
        if role.get("apiGroup") != GROUP:
            causes.append(Cause("roleRef.apiGroup", "NotSupported", supported(GROUP), role.get("apiGroup") or ""))
        if role.get("kind") not in self.roles:
            causes.append(Cause("roleRef.kind", "NotSupported", supported(*self.roles), role.get("kind") or ""))
        causes += must_be_named(role, "name", names.path_segment, "roleRef")
        for index, subject in enumerate(obj.get("subjects") or ()):
            causes += _validate_subject(subject, self.namespaced, f"subjects[{index}]")
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Another role is another binding."""
        same = new["roleRef"] == old["roleRef"]
        return [] if same else [Cause("roleRef", "Invalid", "cannot change roleRef", new["roleRef"])]


class RoleBinding(_Binding):
    """Who has a role in a namespace."""

    kind, plural, roles = "RoleBinding", "rolebindings", ("Role", "ClusterRole")


class ClusterRoleBinding(_Binding):
    """Who has a role in the cluster."""

    kind, plural, roles, namespaced = "ClusterRoleBinding", "clusterrolebindings", ("ClusterRole",), False


def _with_group(reference: Obj, group: str) -> Obj:
    return reference if reference.get("apiGroup") else {**reference, "apiGroup": group}


def _validate_rules(rules: Any, namespaced: bool) -> list[Cause]:
    return [
        cause
        for index, rule in enumerate(rules or ())
        for cause in validate_policy_rule(rule, namespaced, f"rules[{index}]")
    ]


def validate_policy_rule(rule: Obj, namespaced: bool, path: str) -> list[Cause]:
    """Verbs, and either resources or URLs."""
    causes: list[Cause] = []
    if not rule.get("verbs"):
        causes.append(Cause(f"{path}.verbs", "Required", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        if namespaced:
            causes.append(Cause(f"{path}.nonResourceURLs", "Invalid", NOT_HERE, urls))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            causes.append(Cause(f"{path}.nonResourceURLs", "Invalid", NOT_BOTH, urls))
        return causes
    if not rule.get("apiGroups"):
        causes.append(Cause(f"{path}.apiGroups", "Required", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        causes.append(Cause(f"{path}.resources", "Required", "resource rules must supply at least one resource"))
    return causes


def _validate_subject(subject: Obj, namespaced: bool, path: str) -> list[Cause]:
    kind, name, group = subject.get("kind") or "", subject.get("name") or "", subject.get("apiGroup") or ""
    causes = [] if name else [Cause(f"{path}.name", "Required")]
    if kind not in SUBJECTS:
        return [*causes, Cause(f"{path}.kind", "NotSupported", supported(*SUBJECTS), kind)]
    account = kind == "ServiceAccount"
    if account and name:
        causes += named(name, names.subdomain, f"{path}.name")
    wanted = "" if account else GROUP
    if group != wanted:
        causes.append(Cause(f"{path}.apiGroup", "NotSupported", supported(wanted), group))
    if account and not namespaced and not subject.get("namespace"):
        causes.append(Cause(f"{path}.namespace", "Required"))
    return causes
