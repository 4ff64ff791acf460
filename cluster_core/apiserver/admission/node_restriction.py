"""NodeRestriction: what a kubelet may write of pods, its Node and its Lease. Upstream: `plugin/pkg/admission/noderestriction`.

Real Kubernetes also looks at CSINodes, ResourceSlices and the audiences of tokens; these checks are left out.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, DELETE, UPDATE, Attributes, Plugin

MIRROR = "kubernetes.io/config.mirror"
LEASES = "leases.coordination.k8s.io"
KUBELET_LABELS = (
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
)
LABEL_SPACES = ("kubelet.kubernetes.io", "node.kubernetes.io")


class NodeRestriction(Plugin):
    """Holds kubelets to their own node."""

    name = "NodeRestriction"
    points = (
        (CREATE, "pods", ""),
        (DELETE, "pods", ""),
        (UPDATE, "pods", "status"),
        (CREATE, "pods", "eviction"),
        (CREATE, "nodes", ""),
        (UPDATE, "nodes", ""),
        (UPDATE, "nodes", "status"),
        (CREATE, LEASES, ""),
        (UPDATE, LEASES, ""),
        (DELETE, LEASES, ""),
    )

    def validate(self, attributes: Attributes) -> None:
        """403 for what is not the kubelet's to write."""
        node = attributes.who.node
        if node:
            _JUDGES[attributes.kind.resource](attributes, node)


def _pod(attributes: Attributes, node: str) -> None:
    pod, operation = attributes.obj, attributes.operation
    bound = pod["spec"].get("nodeName", "")
    if attributes.request.subresource == "eviction" or operation == DELETE:
        verb = "evict" if operation == CREATE else "delete"
        if bound != node:
            raise _refused(attributes, f'node "{node}" can only {verb} pods with spec.nodeName set to itself')
    elif operation == UPDATE:
        if bound != node:
            raise _refused(
                attributes, f'node "{node}" can only update pod status for pods with spec.nodeName set to itself'
            )
        if (attributes.old or {})["metadata"].get("labels") != pod["metadata"].get("labels"):
            raise _refused(attributes, f'node "{node}" cannot update labels through pod status')
    else:
        _mirror_pod(attributes, node, pod)


def _mirror_pod(attributes: Attributes, node: str, pod: Obj) -> None:
    spec = pod["spec"]
    if MIRROR not in (pod["metadata"].get("annotations") or {}):
        raise _refused(
            attributes, f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
        )
    if spec.get("nodeName") != node:
        raise _refused(attributes, f'node "{node}" can only create pods with spec.nodeName set to itself')
    owners = pod["metadata"].get("ownerReferences") or ()
    if len(owners) > 1 or any(owner.get("kind") != "Node" or owner.get("name") != node for owner in owners):
        why = f'node "{node}" can only create pods with an owner reference set to itself'
        raise _refused(attributes, why)
    if spec.get("serviceAccountName"):
        raise _refused(attributes, f'node "{node}" can not create pods that reference a service account')
    for volume in spec.get("volumes") or ():
        for field, words in (
            ("secret", "secrets"),
            ("configMap", "configmaps"),
            ("persistentVolumeClaim", "persistentvolumeclaims"),
        ):
            if volume.get(field):
                raise _refused(attributes, f'node "{node}" can not create pods that reference {words}')


def _node(attributes: Attributes, node: str) -> None:
    obj, old = attributes.obj, attributes.old
    name = obj["metadata"].get("name", "")
    if name != node:
        raise _refused(attributes, f'node "{node}" is not allowed to modify node "{name}"')
    before = (old or {}).get("metadata", {}).get("labels") or {}
    after = obj["metadata"].get("labels") or {}
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    wrong = sorted(key for key in changed if _is_reserved(key))
    if wrong:
        verb = "set" if old is None else "modify"
        raise _refused(attributes, f'node "{node}" is not allowed to {verb} labels: {", ".join(wrong)}')
    if old is not None and (old.get("spec") or {}).get("taints") != (obj.get("spec") or {}).get("taints"):
        raise _refused(attributes, f'node "{node}" is not allowed to modify taints')


def _is_reserved(key: str) -> bool:
    """A label of kubernetes.io that a kubelet may not set on its Node."""
    space = key.partition("/")[0] if "/" in key else ""
    if space.endswith("node-restriction.kubernetes.io"):
        return True
    if not (space.endswith("kubernetes.io") or space.endswith("k8s.io")) or key in KUBELET_LABELS:
        return False
    return not any(space == allowed or space.endswith(f".{allowed}") for allowed in LABEL_SPACES)


def _lease(attributes: Attributes, node: str) -> None:
    meta = attributes.obj["metadata"]
    if meta.get("namespace") != "kube-node-lease":
        why = f'can only access leases in the "kube-node-lease" system namespace, not "{meta.get("namespace", "")}"'
        raise _refused(attributes, why)
    if meta.get("name") != node:
        raise _refused(attributes, "can only access node lease with the same name as the requesting node")


def _refused(attributes: Attributes, why: str) -> Exception:
    return attributes.refused(why)


_JUDGES: dict[str, Callable[[Attributes, str], None]] = {"pods": _pod, "nodes": _node, LEASES: _lease}
