"""ServiceAccount: every pod runs as one and finds its token under a projected volume. Upstream: `plugin/pkg/admission/serviceaccount`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api.errors import NotYetError, forbidden
from cluster_core.api.request import Obj
from cluster_core.apiserver.watch_cache import WatchCache

MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
MIRROR = "kubernetes.io/config.mirror"
DEFAULT = "default"


def add_service_account(pod: Obj, cache: WatchCache, suffix: Callable[[int], str], given_name: str = "") -> Obj:
    """Name the account (default) and mount its token; 403 if the account does not exist. Mirror pods have none.

    `given_name` is how a refusal names the pod, whose name may only just have been generated.
    """
    meta, spec = pod["metadata"], dict(pod["spec"])
    if MIRROR in (meta.get("annotations") or {}):
        return pod
    name = spec.get("serviceAccountName") or DEFAULT
    account = cache.get("serviceaccounts", meta["namespace"], name)
    if account is None:
        why = f'error looking up service account {meta["namespace"]}/{name}: serviceaccount "{name}" not found'
        refusal = forbidden("pods", given_name or meta.get("name", ""), why)
        raise NotYetError(refusal) if name == DEFAULT else refusal
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    if spec.get("automountServiceAccountToken", account.get("automountServiceAccountToken", True)):
        spec = _mount(spec, f"kube-api-access-{suffix(5)}")
    return {**pod, "spec": spec}


def _mount(spec: Obj, volume: str) -> Obj:
    mount = {"name": volume, "readOnly": True, "mountPath": MOUNT}
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = [_with_mount(container, mount) for container in spec[field]]
    spec["volumes"] = [
        *spec.get("volumes", ()),
        {"name": volume, "projected": {"defaultMode": 420, "sources": _sources()}},
    ]
    return spec


def _with_mount(container: Obj, mount: Obj) -> Obj:
    mounts = container.get("volumeMounts") or []
    if any(known.get("mountPath") == MOUNT for known in mounts):
        return container
    return {**container, "volumeMounts": [*mounts, mount]}


def _sources() -> list[dict[str, Any]]:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
