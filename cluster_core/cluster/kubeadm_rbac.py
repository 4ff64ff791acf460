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
    return _cluster_binding("kubeadm:cluster-admins", "cluster-admin", _group("kubeadm:cluster-admins"))


def add_on_roles() -> list[tuple[str, Obj]]:
    """What the programs in kube-system need."""
    dns = [
        _rule("", ["endpoints", "services", "pods", "namespaces"], ["list", "watch"]),
        _rule("discovery.k8s.io", ["endpointslices"], ["list", "watch"]),
    ]
    flannel = [
        _rule("", ["pods"], ["get"]),
        _rule("", ["nodes"], READ),
        _rule("", ["nodes", "nodes/status"], ["patch"]),
    ]
    return [
        _cluster_role("system:coredns", dns),
        _cluster_binding("system:coredns", "system:coredns", _account("kube-system", "coredns")),
        _cluster_binding("kubeadm:node-proxier", "system:node-proxier", _account("kube-system", "kube-proxy")),
        _cluster_role("kubeadm:get-nodes", [_rule("", ["nodes"], ["get"])]),
        _cluster_role("flannel", flannel),
        _cluster_binding("flannel", "flannel", _account("kube-flannel", "flannel")),
    ]


def _rule(group: str, resources: list[str], verbs: list[str]) -> Obj:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _group(name: str) -> Obj:
    return {"apiGroup": GROUP, "kind": "Group", "name": name}


def _account(namespace: str, name: str) -> Obj:
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def _cluster_role(name: str, rules: list[Obj]) -> tuple[str, Obj]:
    return f"clusterroles.{GROUP}", {**_of("ClusterRole", name), "rules": rules}


def _cluster_binding(name: str, role: str, subject: Obj) -> tuple[str, Obj]:
    ref: dict[str, Any] = {"apiGroup": GROUP, "kind": "ClusterRole", "name": role}
    return f"clusterrolebindings.{GROUP}", {**_of("ClusterRoleBinding", name), "roleRef": ref, "subjects": [subject]}


def _of(kind: str, name: str) -> Obj:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}}
