"""Subresources that are not the object itself, by resource and name: what a write to one of them makes of the stored object.

Upstream: `pkg/registry/core/pod/{storage,strategy.go}`, `pkg/registry/certificates/certificates/strategy.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cluster_core.api.conversion import Form
from cluster_core.api.errors import Cause, conflict, invalid, method_not_allowed, not_found, unknown_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import set_condition, with_path
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.admission.pod_topology_labels import add_topology_labels
from cluster_core.apiserver.eviction import CREATED, evict
from cluster_core.apiserver.finalize import finalized
from cluster_core.apiserver.pod_parts import add_ephemeral_containers, resized
from cluster_core.apiserver.scale import decoded, rescale, scale_paths
from cluster_core.apiserver.token_request import request_token
from cluster_core.apiserver.write import Context, Write, precondition_failed, revision, stored

Decide = Callable[[Form, Request, Context], Write]
# What an update or a patch through a subresource keeps of the new object: (kind, new, old, context) → the object.
Narrow = Callable[[Kind, Obj, Obj, Context], Obj]

DECISIONS: dict[tuple[str, str], Decide] = {}
NARROWED: dict[tuple[str, str], Narrow] = {}


def check_subresource(form: Form, request: Request) -> None:
    """Raise 404 for a subresource that the kind does not have, 405 for a verb that it does not take."""
    verbs = _verbs(form.kind, request.subresource)
    if not verbs:
        raise unknown_resource()
    if request.verb not in verbs:
        raise method_not_allowed()


@lru_cache(maxsize=1024)
def _verbs(kind: Kind, name: str) -> tuple[str, ...]:
    """The verbs that a kind ("") or one of its subresources takes; none if there is no such one."""
    if not name:
        return kind.verbs
    found = next((known for known in kind.subresources if known.name == name), None)
    if name == "scale" and scale_paths(kind) is None:
        return ()
    if found is not None:
        return found.verbs
    return ("get", "patch", "update") if name == "scale" or (name == "status" and kind.has_status) else ()


def decision_of(form: Form, request: Request) -> Decide | None:
    """How a write is decided that is not the kind's own: to a subresource such as a binding, or a review; None for the others."""
    if request.subresource == "scale":
        return _rescale
    return DECISIONS.get((form.kind.resource, request.subresource))


def narrowed(kind: Kind, request: Request, new: Obj, old: Obj, context: Context) -> Obj:
    """The old object with what an update of a subresource may change."""
    narrow = NARROWED.get((kind.resource, request.subresource))
    if narrow is not None:
        return narrow(kind, new, old, context)
    raise unknown_resource()


def bind(_form: Form, request: Request, context: Context) -> Write:
    """Assign a pod to a node. Raises 409 when it has one, is another pod than meant, or is being deleted."""
    old = context.cache.get("pods", request.namespace, request.name)
    if old is None:
        raise not_found("pods", request.name)
    body = decoded("Binding", request)
    uid = (body.get("metadata") or {}).get("uid")
    if uid and uid != old["metadata"]["uid"]:
        raise precondition_failed("pods/binding", "pods", old, "UID", uid)
    node = (body.get("target") or {}).get("name")
    if not node:
        raise invalid("Binding", "", request.name, [Cause("target.name", "Required")])
    if old["spec"].get("nodeName"):
        words = f'pod {request.name} is already assigned to node "{old["spec"]["nodeName"]}"'
        raise conflict("pods/binding", request.name, words)
    if old["metadata"].get("deletionTimestamp"):
        words = f"pod {request.name} is being deleted, cannot be assigned to a host"
        raise conflict("pods/binding", request.name, words)
    if old["spec"].get("schedulingGates"):
        raise conflict("pods/binding", request.name, f"pod {request.name} has non-empty .spec.schedulingGates")
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    conditions = [known for known in old.get("status", {}).get("conditions") or [] if known["type"] != "PodScheduled"]
    conditions = set_condition(conditions, scheduled, rfc3339(context.now))
    new = with_path(with_path(old, ("spec", "nodeName"), node), ("status", "conditions"), conditions)
    if new["status"].get("nominatedNodeName"):
        # The pod is where it was to go: the nomination has done its work.
        left = {name: value for name, value in new["status"].items() if name != "nominatedNodeName"}
        new = {**new, "status": left}
    new = add_topology_labels(new, context.cache, context.suffix)
    return Write(request.name, stored(new), revision(old), CREATED, 201)


def approve(_kind: Kind, new: Obj, old: Obj, context: Context) -> Obj:
    """A CertificateSigningRequest with the conditions of an approval, each with its time; the certificate stays."""
    now = rfc3339(context.now)
    known = {told["type"]: told for told in old.get("status", {}).get("conditions") or ()}
    conditions = []
    for told in (new.get("status") or {}).get("conditions") or ():
        since = known.get(told.get("type"), {}).get("lastTransitionTime", now)
        conditions.append({"lastUpdateTime": now, "lastTransitionTime": since, **told})
    status = {name: value for name, value in (old.get("status") or {}).items() if name != "conditions"}
    return {**old, "status": {**status, "conditions": conditions} if conditions else status}


def _rescale(form: Form, request: Request, context: Context) -> Write:
    return rescale(form.kind, request, context)


def _evict(form: Form, request: Request, context: Context) -> Write:
    return evict(form.kind, request, context)


DECISIONS |= {("pods", "binding"): bind, ("pods", "eviction"): _evict, ("serviceaccounts", "token"): request_token}
NARROWED |= {
    ("pods", "ephemeralcontainers"): add_ephemeral_containers,
    ("namespaces", "finalize"): finalized,
    ("pods", "resize"): resized,
    ("certificatesigningrequests.certificates.k8s.io", "approval"): approve,
}
