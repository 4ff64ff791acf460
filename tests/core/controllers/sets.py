"""Manifests and plain objects for tests of StatefulSets and DaemonSets."""

from __future__ import annotations

from typing import Any

from tests.core.controllers.small_cluster import SCRIPT

Obj = dict[str, Any]
NOTES = ", ".join(f'{key}: "{value}"' for key, value in SCRIPT.items())


def statefulset(replicas: int = 3, extra: str = "", image: str = "nginx:1.25") -> str:
    """The manifest of StatefulSet db and its headless Service; `extra` are more lines of its spec."""
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: db}}
spec: {{clusterIP: None, selector: {{app: db}}, ports: [{{port: 80, name: http}}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  serviceName: db
  replicas: {replicas}
  selector: {{matchLabels: {{app: db}}}}
{extra}
  template:
    metadata: {{labels: {{app: db}}, annotations: {{{NOTES}}}}}
    spec:
      containers: [{{name: c, image: "{image}"}}]
"""


def daemonset(extra: str = "", image: str = "agent:1", spec: str = "") -> str:
    """The manifest of DaemonSet agent; `extra` are more lines of its spec, `spec` of its pods' spec."""
    return f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent}}
spec:
  selector: {{matchLabels: {{app: agent}}}}
{extra}
  template:
    metadata: {{labels: {{app: agent}}, annotations: {{{NOTES}}}}}
    spec:
{spec}
      containers: [{{name: c, image: "{image}"}}]
"""


def owner(kind: str = "StatefulSet", name: str = "db", **spec: Any) -> Obj:
    """A stored StatefulSet as its controller sees it."""
    given: Obj = {
        "replicas": 3,
        "selector": {"matchLabels": {"app": name}},
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "revisionHistoryLimit": 10,
        "serviceName": name,
        "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]},
        },
    }
    meta = {"name": name, "namespace": "default", "uid": f"uid-{name}", "generation": 1}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": {**given, **spec}}


def member(ordinal: int, revision: str = "db-1", ready: bool = True, phase: str = "Running", **meta: Any) -> Obj:
    """A pod of set db."""
    name = f"db-{ordinal}"
    labels = {"app": "db", "controller-revision-hash": revision, "statefulset.kubernetes.io/pod-name": name}
    since = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": labels, **meta},
        "spec": {"containers": [{"name": "c", "image": "i:1"}]},
        "status": {"phase": phase, "conditions": [since]},
    }


def machine(name: str, *taints: Obj, **labels: str) -> Obj:
    """A Node."""
    return {"kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": {"taints": list(taints)}}


def daemon(node: str, digest: str = "new", ready: bool = True, name: str = "", **meta: Any) -> Obj:
    """A pod of set agent on a node."""
    pod = member(0, digest, ready, **{"creationTimestamp": "2026-01-01T00:00:00Z", **meta})
    pod["metadata"] |= {"name": name or f"agent-{node}-{digest}", "uid": name or f"uid-{node}-{digest}"}
    pod["spec"] = {"nodeName": node, "containers": [{"name": "c", "image": "i:1"}]}
    return pod


def daemon_owner(**spec: Any) -> Obj:
    """A stored DaemonSet as its controller sees it."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    return owner("DaemonSet", "agent", **{"updateStrategy": strategy, **spec})
