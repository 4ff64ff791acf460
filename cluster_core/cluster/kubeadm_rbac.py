"""The roles and bindings that kubeadm and its add-ons bring: the administrator's, CoreDNS's, kube-proxy's, flannel's.

Upstream: kubeadm `phases/kubeconfig`, `phases/addons/{dns,proxy}`, `phases/bootstraptoken/node`; flannel's `kube-flannel.yml`.
The roles of bootstrap tokens are left out: no machine joins by one. Real Kubernetes lets a request to nodes/status change
annotations too, which is how flannel writes its own; here it patches the Node and has the right for it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj

GROUP = "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]


def administrator() -> tuple[str, Obj]:
    """Who has the kubeconfig admin.conf may do everything."""
    return cluster_binding("kubeadm:cluster-admins", "cluster-admin", _group("kubeadm:cluster-admins"))


def add_on_roles() -> list[tuple[str, Obj]]:
    """What the programs in kube-system need."""
    dns = [
        rule("", ["endpoints", "services", "pods", "namespaces"], ["list", "watch"]),
        rule("discovery.k8s.io", ["endpointslices"], ["list", "watch"]),
    ]
    flannel = [
        rule("", ["pods"], ["get"]),
        rule("", ["nodes"], READ),
        rule("", ["nodes", "nodes/status"], ["patch"]),
    ]
    return [
        cluster_role("system:coredns", dns),
        cluster_binding("system:coredns", "system:coredns", account("kube-system", "coredns")),
        cluster_binding("kubeadm:node-proxier", "system:node-proxier", account("kube-system", "kube-proxy")),
        cluster_role("kubeadm:get-nodes", [rule("", ["nodes"], ["get"])]),
        cluster_role("flannel", flannel),
        cluster_binding("flannel", "flannel", account("kube-flannel", "flannel")),
    ]


def rule(group: str, resources: list[str], verbs: list[str]) -> Obj:
    """A rule of a role."""
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _group(name: str) -> Obj:
    return {"apiGroup": GROUP, "kind": "Group", "name": name}


def account(namespace: str, name: str) -> Obj:
    """A service account as a subject."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def cluster_role(name: str, rules: list[Obj]) -> tuple[str, Obj]:
    """A ClusterRole with its resource."""
    return f"clusterroles.{GROUP}", {**_of("ClusterRole", name), "rules": rules}


def cluster_binding(name: str, role: str, subject: Obj) -> tuple[str, Obj]:
    """A ClusterRoleBinding with its resource."""
    ref: dict[str, Any] = {"apiGroup": GROUP, "kind": "ClusterRole", "name": role}
    return f"clusterrolebindings.{GROUP}", {**_of("ClusterRoleBinding", name), "roleRef": ref, "subjects": [subject]}


def _of(kind: str, name: str) -> Obj:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}}
