"""rbac.authorization.k8s.io: roles and who has them."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class Role(Kind):
    """What may be done in a namespace."""

    group, kind, plural = "rbac.authorization.k8s.io", "Role", "roles"
    has_status = False
    has_spec = False


class ClusterRole(Kind):
    """What may be done in the cluster."""

    group, kind, plural = "rbac.authorization.k8s.io", "ClusterRole", "clusterroles"
    namespaced = False
    has_status = False
    has_spec = False


class RoleBinding(Kind):
    """Who has a role in a namespace."""

    group, kind, plural = "rbac.authorization.k8s.io", "RoleBinding", "rolebindings"
    has_status = False
    has_spec = False


class ClusterRoleBinding(Kind):
    """Who has a role in the cluster."""

    group, kind, plural = "rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings"
    namespaced = False
    has_status = False
    has_spec = False
