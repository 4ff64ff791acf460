"""The objects of metrics-server, as its release brings them. Upstream: metrics-server `components.yaml` v0.8.0.

Real Kubernetes' aggregator also keeps the condition Available in the status of the APIService; here only the answers of the API tell.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.cluster.kubeadm_rbac import account, cluster_binding, cluster_role, rule

NAME = "metrics-server"
LABELS = {"k8s-app": NAME}
IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.8.0"


def metrics_roles() -> list[tuple[str, Obj]]:
    """What metrics-server may do, and who may read metrics."""
    own = [rule("", ["nodes/metrics"], ["get"]), rule("", ["pods", "nodes"], ["get", "list", "watch"])]
    reader = cluster_role(
        "system:aggregated-metrics-reader", [rule("metrics.k8s.io", ["pods", "nodes"], ["get", "list", "watch"])]
    )
    labels = {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true" for role in ("admin", "edit", "view")}
    reader[1]["metadata"]["labels"] = {**LABELS, **labels}
    return [
        reader,
        cluster_role(f"system:{NAME}", own),
        cluster_binding(f"system:{NAME}", f"system:{NAME}", account("kube-system", NAME)),
    ]


def metrics_objects() -> list[tuple[str, Obj]]:
    """Account, Service, Deployment, APIService."""
    meta: Obj = {"name": NAME, "namespace": "kube-system", "labels": LABELS}
    port = {"appProtocol": "https", "name": "https", "port": 443, "protocol": "TCP", "targetPort": "https"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"ports": [port], "selector": LABELS}}
    return [
        ("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta}),
        ("services", service),
        ("deployments.apps", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": _deployment()}),
        ("apiservices.apiregistration.k8s.io", _api_service()),
    ]


def _api_service() -> Obj:
    meta = {"name": "v1beta1.metrics.k8s.io", "labels": LABELS}
    spec = {
        "group": "metrics.k8s.io",
        "groupPriorityMinimum": 100,
        "insecureSkipTLSVerify": True,
        "service": {"name": NAME, "namespace": "kube-system"},
        "version": "v1beta1",
        "versionPriority": 100,
    }
    return {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": meta, "spec": spec}


def _deployment() -> Obj:
    template: Obj = {
        "metadata": {"labels": LABELS},
        "spec": {
            "containers": [_container()],
            "nodeSelector": {"kubernetes.io/os": "linux"},
            "priorityClassName": "system-cluster-critical",
            "serviceAccountName": NAME,
        },
    }
    strategy = {"rollingUpdate": {"maxUnavailable": 0}}
    return {"selector": {"matchLabels": LABELS}, "strategy": strategy, "template": template}


def _container() -> Obj:
    def probe(path: str, **more: Any) -> Obj:
        return {
            "failureThreshold": 3,
            "httpGet": {"path": path, "port": "https", "scheme": "HTTPS"},
            "periodSeconds": 10,
            **more,
        }

    return {
        "name": NAME,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--cert-dir=/tmp",
            "--secure-port=10250",
            "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
            "--kubelet-use-node-status-port",
            "--metric-resolution=15s",
        ],
        "livenessProbe": probe("/livez"),
        "readinessProbe": probe("/readyz", initialDelaySeconds=20),
        "ports": [{"containerPort": 10250, "name": "https", "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
