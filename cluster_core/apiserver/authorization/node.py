"""The Node authorizer: what the kubelet of a node may do. Upstream: `plugin/pkg/auth/authorizer/node/node_authorizer.go`.

Real Kubernetes keeps a graph from objects to nodes; here the pods of the node are looked through when a kubelet asks for an
object that they may use. Objects behind a claim or a volume (VolumeAttachments, secrets of CSI drivers) are not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.authentication.identity import Identity
from cluster_core.apiserver.authorization.attributes import NO_OPINION, Attributes, Opinion
from cluster_core.apiserver.authorization.bootstrap import node_rules
from cluster_core.apiserver.authorization.rules import allows
from cluster_core.apiserver.watch_cache import WatchCache

ALLOWED = Opinion(True, "", {"authorizer": "Node"})
READ = ("get", "list", "watch")
OWNED_VERBS = ("get", "create", "update", "patch", "delete")
LEASES = "kube-node-lease"


def is_general(asked: Attributes) -> bool:
    """Whether a decision about a kubelet is the same for every name and for whatever is stored."""
    what = (asked.resource, asked.subresource, asked.verb)
    return (asked.group, asked.resource) not in _DIVIDED or what in _ALWAYS


def decide(cache: WatchCache, who: Identity, asked: Attributes, field_selector: str = "") -> Opinion:
    """What the Node authorizer thinks of a question; nothing of somebody who is no kubelet."""
    if not who.node:
        return NO_OPINION
    divided = _DIVIDED.get((asked.group, asked.resource)) if asked.resource else None
    if divided is not None:
        return divided(cache, who.node, asked, field_selector)
    if any(allows(rule, asked) for rule in node_rules()):
        return ALLOWED
    return NO_OPINION


def _no(reason: str) -> Opinion:
    return Opinion(False, reason)


def _related(cache: WatchCache, node: str, asked: Attributes) -> Opinion:
    if not asked.name:
        return _no("No Object name found")
    named = (asked.namespace, asked.resource, asked.name)
    pods = (pod for pod in cache.of("pods").values() if pod["spec"].get("nodeName") == node)
    if any(named in _used(cache, pod) for pod in pods):
        return ALLOWED
    return _no(f"no relationship found between node '{node}' and this object")


def _read(cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if asked.verb not in READ:
        return _no("can only read resources of this type")
    if asked.subresource:
        return _no("cannot read subresource")
    if not asked.namespace:
        return _no("can only read namespaced object of this type")
    return _related(cache, node, asked)


def _get(cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if asked.subresource == "status" and asked.resource == "persistentvolumeclaims":
        if asked.verb not in ("update", "patch"):
            return _no("can only get/update/patch this type")
        return _related(cache, node, asked)
    if asked.verb != "get":
        return _no("can only get individual resources of this type")
    if asked.subresource:
        return _no("cannot get subresource")
    return _related(cache, node, asked)


def _token(cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if asked.verb != "create" or not asked.name:
        return _no("can only create tokens for individual service accounts")
    if asked.subresource != "token":
        return _no("can only create token subresource of serviceaccount")
    return _related(cache, node, asked)


def _lease(_cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if asked.verb not in OWNED_VERBS:
        return _no("can only get, create, update, patch, or delete a node lease")
    if asked.namespace != LEASES:
        return _no(f'can only access leases in the "{LEASES}" system namespace')
    if asked.verb != "create" and asked.name != node:
        return _no("can only access node lease with the same name as the requesting node")
    return ALLOWED


def _csi_node(_cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if asked.verb not in OWNED_VERBS:
        return _no("can only get, create, update, patch, or delete a CSINode")
    if asked.subresource:
        return _no("cannot authorize CSINode subresources")
    if asked.verb != "create" and asked.name != node:
        return _no("can only access CSINode with the same name as the requesting node")
    return ALLOWED


def _node(_cache: WatchCache, node: str, asked: Attributes, _selector: str) -> Opinion:
    if (asked.subresource, asked.verb) in (("status", "update"), ("status", "patch")):
        return ALLOWED
    if asked.subresource:
        return NO_OPINION
    if asked.verb in ("create", "update", "patch"):
        return ALLOWED
    if asked.verb not in READ:
        return NO_OPINION
    if asked.name == node:
        return ALLOWED
    if not asked.name:
        return _no(f"node '{node}' cannot read all nodes, only its own Node object")
    return _no(f"node '{node}' cannot read '{asked.name}', only its own Node object")


def _pod(cache: WatchCache, node: str, asked: Attributes, selector: str) -> Opinion:
    what = (asked.subresource, asked.verb)
    if (asked.resource, *what) in _ALWAYS:
        return ALLOWED
    if what == ("", "get"):
        pod = cache.get("pods", asked.namespace, asked.name)
        if pod is not None and pod["spec"].get("nodeName") == node:
            return ALLOWED
        return _no(f"no relationship found between node '{node}' and this object")
    if what in (("", "list"), ("", "watch")):
        if f"spec.nodeName={node}" in selector.replace("==", "=").split(","):
            return ALLOWED
        return _no("can only list/watch pods with spec.nodeName field selector")
    return NO_OPINION


def _used(cache: WatchCache, pod: Obj) -> Iterator[tuple[str, str, str]]:
    """(namespace, resource, name) of what a pod uses."""
    namespace, spec = pod["metadata"]["namespace"], pod["spec"]
    yield namespace, "serviceaccounts", spec.get("serviceAccountName", "")
    for reference in spec.get("imagePullSecrets") or ():
        yield namespace, "secrets", reference.get("name", "")
    for volume in spec.get("volumes") or ():
        yield from _used_by_volume(cache, namespace, pod["metadata"]["name"], volume)
    for container in (
        *spec.get("initContainers", ()),
        *spec.get("containers", ()),
        *spec.get("ephemeralContainers", ()),
    ):
        yield from _used_by_environment(namespace, container)


def _used_by_volume(cache: WatchCache, namespace: str, pod: str, volume: Obj) -> Iterator[tuple[str, str, str]]:
    sources: list[Any] = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    for source in sources:
        if source.get("secret"):
            yield namespace, "secrets", source["secret"].get("secretName") or source["secret"].get("name", "")
        if source.get("configMap"):
            yield namespace, "configmaps", source["configMap"].get("name", "")
    claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
    if volume.get("ephemeral"):
        claim = f"{pod}-{volume['name']}"
    if claim:
        yield namespace, "persistentvolumeclaims", claim
        bound = cache.get("persistentvolumeclaims", namespace, claim)
        yield "", "persistentvolumes", ((bound or {}).get("spec") or {}).get("volumeName", "")


def _used_by_environment(namespace: str, container: Obj) -> Iterator[tuple[str, str, str]]:
    for source in container.get("envFrom") or ():
        yield namespace, "secrets", (source.get("secretRef") or {}).get("name", "")
        yield namespace, "configmaps", (source.get("configMapRef") or {}).get("name", "")
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        yield namespace, "secrets", (source.get("secretKeyRef") or {}).get("name", "")
        yield namespace, "configmaps", (source.get("configMapKeyRef") or {}).get("name", "")


_ALWAYS = (
    ("pods", "", "create"),
    ("pods", "", "delete"),
    ("pods", "status", "update"),
    ("pods", "status", "patch"),
    ("pods", "eviction", "create"),
)
_DIVIDED: dict[tuple[str, str], Callable[[WatchCache, str, Attributes, str], Opinion]] = {
    ("", "secrets"): _read,
    ("", "configmaps"): _read,
    ("", "persistentvolumeclaims"): _get,
    ("", "persistentvolumes"): _get,
    ("storage.k8s.io", "volumeattachments"): _get,
    ("", "serviceaccounts"): _token,
    ("coordination.k8s.io", "leases"): _lease,
    ("storage.k8s.io", "csinodes"): _csi_node,
    ("", "nodes"): _node,
    ("", "pods"): _pod,
}
