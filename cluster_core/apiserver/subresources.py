"""Subresources of pods that are not the object itself: binding and eviction. Upstream: `pkg/registry/core/pod/storage`."""

from __future__ import annotations

from dataclasses import replace

from cluster_core.api.errors import Cause, bad_request, conflict, invalid, not_found
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import set_condition, with_path
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.admission.pod_topology_labels import add_topology_labels
from cluster_core.apiserver.deletion import delete
from cluster_core.apiserver.scale import decoded
from cluster_core.apiserver.write import Context, Write, revision, stored

CREATED: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def bind(request: Request, context: Context) -> Write:
    """Assign a pod to a node. Raises 409 when it has one, is another pod than meant, or is being deleted."""
    old = _pod(request, context)
    body = decoded("Binding", request)
    uid = (body.get("metadata") or {}).get("uid")
    if uid and uid != old["metadata"]["uid"]:
        there = old["metadata"]["uid"]
        words = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {there}"
        raise conflict("pods/binding", request.name, words)
    node = (body.get("target") or {}).get("name")
    if not node:
        raise invalid("Binding", "", request.name, [Cause("target.name", "Required")])
    if old["spec"].get("nodeName"):
        words = f'pod {request.name} is already assigned to node "{old["spec"]["nodeName"]}"'
        raise conflict("pods/binding", request.name, words)
    if old["metadata"].get("deletionTimestamp"):
        words = f"pod {request.name} is being deleted, cannot be assigned to a host"
        raise conflict("pods/binding", request.name, words)
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    conditions = [known for known in old.get("status", {}).get("conditions") or [] if known["type"] != "PodScheduled"]
    conditions = set_condition(conditions, scheduled, rfc3339(context.now))
    new = with_path(with_path(old, ("spec", "nodeName"), node), ("status", "conditions"), conditions)
    new = add_topology_labels(new, context.cache, context.suffix)
    return Write(request.name, stored(new), revision(old), CREATED, 201)


def evict(kind: Kind, request: Request, context: Context) -> Write:
    """Delete a pod for the sake of its node, with the condition that says so.

    Real Kubernetes asks the PodDisruptionBudgets first; until that kind is served, nothing stands in the way. It also writes
    the condition before the deletion; here both are one write.
    """
    old = _pod(request, context)
    body = decoded("Eviction", request)
    named = (body.get("metadata") or {}).get("name") or request.name
    if named != request.name:
        raise bad_request("name in URL does not match name in Eviction object")
    given = body.get("deleteOptions") or {}
    options = {"grace_period": given.get("gracePeriodSeconds"), "preconditions": given.get("preconditions")}
    write = delete(kind, replace(request, verb="delete", subresource="", options=options), context)
    write.answer, write.code = CREATED, 201
    if write.value is not None and not old["metadata"].get("deletionTimestamp"):
        because = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
        because["message"] = "Eviction API: evicting"
        conditions = set_condition(old.get("status", {}).get("conditions") or [], because, rfc3339(context.now))
        write.value = with_path(write.value, ("status", "conditions"), conditions)
    return write


def _pod(request: Request, context: Context) -> Obj:
    old = context.cache.get("pods", request.namespace, request.name)
    if old is None:
        raise not_found("pods", request.name)
    return old
