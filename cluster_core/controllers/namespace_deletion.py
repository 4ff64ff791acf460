"""The end of a namespace: its pods first, then everything else in it, then the finalizer. Upstream: `pkg/controller/namespace/deletion`."""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.objects import set_condition
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, rfc3339
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.client.custom_resources import DEFINITIONS
from cluster_core.sim.kernel import US_PER_SECOND

CONTENT = tuple(kind.resource for kind in KINDS if kind.stored and kind.namespaced)
DELAY_US = 5 * US_PER_SECOND
# The caches see within it what was deleted; real Kubernetes lists what is left.
LOOK_AGAIN_US = 50_000
FINALIZERS_S = 15
FINALIZER = "kubernetes"
# Type of a condition: reason and message while all is well.
WELL = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}

Content = list[tuple[str, Obj]]


class NamespaceController(Controller):
    """Empties a namespace that is being deleted, then lets it go; what holds it up stands in its conditions."""

    name = "namespace-controller"
    resources = ("namespaces", *CONTENT, DEFINITIONS)
    custom = "namespaced"

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A namespace that is being deleted, after five seconds: caches of others may not know it yet."""
        if resource == "namespaces" and new is not None and new["metadata"].get("deletionTimestamp"):
            self.add_after(new["metadata"]["name"], DELAY_US)
        return []

    def reconcile(self, key: str) -> Plan | None:
        """Delete the content; when there is none, remove the finalizer."""
        namespace = self.informer("namespaces").get(key)
        if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
            return None
        if FINALIZER not in (namespace["spec"].get("finalizers") or ()):
            return None
        pods: Content = [("pods", pod) for pod in self.informer("pods").objects(key)]
        content = pods or self._content(key)
        deletes = [_delete(resource, obj) for resource, obj in content if not obj["metadata"].get("deletionTimestamp")]
        if deletes:
            return Plan(stages=[deletes], requeue_after=LOOK_AGAIN_US)
        told = self._told(namespace, content)
        if content:
            return Plan(stages=[told], requeue_after=self._estimate(namespace, content) * US_PER_SECOND)
        return Plan(stages=[told], requeue_after=LOOK_AGAIN_US) if told else Plan(stages=[[_finalize(namespace)]])

    def _content(self, key: str) -> Content:
        resources = [*CONTENT, *self.host.custom.namespaced]
        return [(resource, obj) for resource in resources for obj in self.informer(resource).objects(key)]

    def _told(self, namespace: Obj, content: Content) -> list[Action]:
        """The status with its conditions, if they have changed."""
        known = namespace["status"].get("conditions") or []
        conditions = known
        for wanted in conditions_of(content):
            conditions = set_condition(conditions, wanted, rfc3339(self.now))
        if conditions == known:
            return []
        name, body = (
            namespace["metadata"]["name"],
            {**namespace, "status": {**namespace["status"], "conditions": conditions}},
        )
        return [Action("update", "namespaces", name=name, body=body, subresource="status", ignore=("NotFound",))]

    def _estimate(self, namespace: Obj, content: Content) -> int:
        """In how many seconds to look again: half of the longest grace of a pod, or of what finalizers are given."""
        since = (self.now - parse(namespace["metadata"]["deletionTimestamp"])) // US_PER_SECOND
        running = [obj for resource, obj in content if resource == "pods" and _is_running(obj)]
        grace = max((pod["spec"].get("terminationGracePeriodSeconds", 30) for pod in running), default=0)
        estimate = grace if since < grace else 0
        return (estimate or FINALIZERS_S) // 2 + 1


def conditions_of(content: Content) -> list[Obj]:
    """The conditions of a namespace in which this is left, in upstream's words."""
    left: dict[str, int] = {}
    finalizers: dict[str, int] = {}
    for resource, obj in content:
        plural, _, group = resource.partition(".")
        left[f"{plural}.{group}"] = left.get(f"{plural}.{group}", 0) + 1
        for name in obj["metadata"].get("finalizers") or ():
            finalizers[name] = finalizers.get(name, 0) + 1
    failing = {}
    if left:
        listed = ", ".join(f"{name} has {left[name]} resource instances" for name in sorted(left))
        failing["NamespaceContentRemaining"] = ("SomeResourcesRemain", f"Some resources are remaining: {listed}")
    if finalizers:
        listed = ", ".join(f"{name} in {finalizers[name]} resource instances" for name in sorted(finalizers))
        text = f"Some content in the namespace has finalizers remaining: {listed}"
        failing["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", text)
    return [
        {
            "type": name,
            "status": "True" if name in failing else "False",
            "reason": failing.get(name, well)[0],
            "message": failing.get(name, well)[1],
        }
        for name, well in WELL.items()
    ]


def _is_running(pod: Obj) -> bool:
    return pod["status"].get("phase") not in ("Succeeded", "Failed")


def _delete(resource: str, obj: Obj) -> Action:
    meta, options = obj["metadata"], {"propagation_policy": "Background"}
    return Action("delete", resource, meta["namespace"], meta["name"], options=options, ignore=("NotFound",))


def _finalize(namespace: Obj) -> Action:
    name = namespace["metadata"]["name"]
    left = [one for one in namespace["spec"]["finalizers"] if one != FINALIZER]
    body = {**namespace, "spec": {**namespace["spec"], "finalizers": left}}
    return Action("update", "namespaces", name=name, body=body, subresource="finalize", ignore=("NotFound",))
