"""kubectl describe: an object, what belongs to it, its events. Upstream: `k8s.io/kubectl/pkg/{cmd/describe,describe}`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector, from_map
from cluster_core.kubectl.changing import FOUND_BY, Found, find
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, ask
from cluster_core.kubectl.describe import access, configuration, scaling, service, storage
from cluster_core.kubectl.describe.anything import describe_anything
from cluster_core.kubectl.describe.events import describe_events
from cluster_core.kubectl.describe.node import describe_node
from cluster_core.kubectl.describe.page import Page
from cluster_core.kubectl.describe.pod import describe_pod
from cluster_core.kubectl.describe.workloads import WORKLOADS, Owned

FLAGS = (*FOUND_BY, Flag("show-events", kind="bool", default="true"), Flag("chunk-size", kind="number", default="500"))
ALONE: dict[str, Callable[[Page, Obj], None]] = {
    "Pod": describe_pod,
    "ConfigMap": configuration.describe_config_map,
    "Secret": configuration.describe_secret,
    "ResourceQuota": configuration.describe_quota,
    "LimitRange": configuration.describe_limit_range,
    "Endpoints": service.describe_endpoints,
    "EndpointSlice": service.describe_slice,
    "PersistentVolume": storage.describe_volume,
    "StorageClass": storage.describe_class,
    "Role": access.describe_role,
    "ClusterRole": access.describe_role,
    "RoleBinding": access.describe_binding,
    "ClusterRoleBinding": access.describe_binding,
    "HorizontalPodAutoscaler": scaling.describe_autoscaler,
    "PodDisruptionBudget": scaling.describe_budget,
    "PriorityClass": scaling.describe_priority,
}
# Kinds whose description has no events.
QUIET = (
    "Secret",
    "ResourceQuota",
    "LimitRange",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "Namespace",
)


def describe(terminal: Terminal, given: Arguments) -> Talk:
    """Tell of objects in detail."""
    if not given.words and not given.given("filename"):
        raise KubectlError(
            'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'
        )
    found = yield from _found(terminal, given)
    for index, one in enumerate(found):
        if index:
            terminal.out("\n")
        page = Page(terminal.now)
        yield from _describe(terminal, page, one)
        if given.flag("show-events") and one.resource.kind not in QUIET:
            describe_events(page, (yield from _events(terminal, one)))
        terminal.out(page.text())


def _found(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Found]]:
    """What the words name: a bare type stands for all its objects, and the start of a name for those that begin so."""
    if given.words and "/" not in given.words[0] and len(given.words) == 1 and not given.given("selector"):
        given.values.setdefault("all", ["true"])
    try:
        found: list[Found] = yield from find(terminal, given, given.words)
    except KubectlError as error:
        if "NotFound" not in str(error) or len(given.words) != 2:
            raise
        beginning = given.words[1]
        given.values["all"] = ["true"]
        every: list[Found] = yield from find(terminal, given, given.words[:1])
        found = [one for one in every if one.name.startswith(beginning)]
        if not found:
            raise
    if not found:
        namespace = given.text("namespace") or terminal.namespace
        everywhere = given.flag("all-namespaces")
        terminal.err("No resources found" if everywhere else f"No resources found in {namespace} namespace.")
    return found


def _describe(terminal: Terminal, page: Page, one: Found) -> Talk:
    kind, obj = one.resource.kind, one.obj
    if kind in WORKLOADS:
        WORKLOADS[kind](page, obj, (yield from _owned(terminal, one)))
    elif kind == "Node":
        yield from _describe_node(terminal, page, one)
    elif kind == "Service":
        path = f"/apis/discovery.k8s.io/v1/namespaces/{one.namespace}/endpointslices"
        slices = yield from _items(terminal, path, {"labelSelector": f"kubernetes.io/service-name={one.name}"})
        service.describe_service(page, obj, slices)
    elif kind == "Namespace":
        quotas = yield from _items(terminal, f"/api/v1/namespaces/{one.name}/resourcequotas", {})
        limits = yield from _items(terminal, f"/api/v1/namespaces/{one.name}/limitranges", {})
        configuration.describe_namespace(page, obj, quotas, limits)
    elif kind == "PersistentVolumeClaim":
        pods = yield from _items(terminal, f"/api/v1/namespaces/{one.namespace}/pods", {})
        storage.describe_claim(page, obj, [pod for pod in pods if _uses(pod, one.name)])
    elif kind == "ServiceAccount":
        answer: Answer = yield from ask(terminal, Call("GET", f"/api/v1/namespaces/{one.namespace}/secrets"))
        configuration.describe_service_account(page, obj, answer.body["items"] if answer.ok else None)
    elif kind == "Ingress":
        service.describe_ingress(page, obj, (yield from _behind(terminal, one)))
    else:
        ALONE.get(kind, describe_anything)(page, obj)


def _behind(terminal: Terminal, one: Found) -> Generator[Step, Any, service.Behind]:
    """The Services behind an Ingress."""
    found: service.Behind = {}
    space = f"namespaces/{one.namespace}"
    for name in service.backends(one.obj):
        answer: Answer = yield from ask(terminal, Call("GET", f"/api/v1/{space}/services/{name}"))
        query = {"labelSelector": f"kubernetes.io/service-name={name}"}
        slices = yield from _items(terminal, f"/apis/discovery.k8s.io/v1/{space}/endpointslices", query)
        found[name] = (answer.body, slices) if answer.ok else str(answer.body.get("message", ""))
    return found


def _uses(pod: Obj, claim: str) -> bool:
    volumes = pod["spec"].get("volumes") or ()
    return any((volume.get("persistentVolumeClaim") or {}).get("claimName") == claim for volume in volumes)


def _describe_node(terminal: Terminal, page: Page, one: Found) -> Talk:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{one.name}"
    lease: Answer = yield from ask(terminal, Call("GET", path))
    query = {"fieldSelector": f"spec.nodeName={one.name},status.phase!=Succeeded,status.phase!=Failed"}
    pods = yield from _items(terminal, "/api/v1/pods", query)
    describe_node(page, one.obj, lease.body if lease.ok else None, pods)


def _owned(terminal: Terminal, one: Found) -> Generator[Step, Any, Owned]:
    wanted = one.obj["spec"].get("selector")
    if not wanted:
        return Owned()
    text = str(from_map(wanted) if one.resource.kind == "ReplicationController" else from_label_selector(wanted))
    resource = "apis/apps/v1" if one.resource.kind == "Deployment" else "api/v1"
    plural = "replicasets" if one.resource.kind == "Deployment" else "pods"
    items = yield from _items(terminal, f"/{resource}/namespaces/{one.namespace}/{plural}", {"labelSelector": text})
    uid = one.obj["metadata"]["uid"]
    own = [
        item
        for item in items
        if any(owner["uid"] == uid and owner.get("controller") for owner in item["metadata"].get("ownerReferences", ()))
    ]
    return Owned(replica_sets=own) if plural == "replicasets" else Owned(own)


def _events(terminal: Terminal, one: Found) -> Generator[Step, Any, list[Obj]]:
    meta = one.obj["metadata"]
    mirrored = (meta.get("annotations") or {}).get("kubernetes.io/config.mirror")
    # The kubelet's Events about its node have the node's name for a uid; kubectl asks for both.
    uids = [meta["uid"], one.name] if one.resource.kind == "Node" else [mirrored or meta["uid"]]
    found: list[Obj] = []
    for uid in uids:
        selector = f"involvedObject.name={one.name},involvedObject.namespace={one.namespace},involvedObject.kind={one.resource.kind},involvedObject.uid={uid}"
        path = f"/api/v1/namespaces/{one.namespace}/events" if one.namespace else "/api/v1/events"
        items = yield from _items(terminal, path, {"fieldSelector": selector, "limit": "500"})
        found.extend(items)
    return found


def _items(terminal: Terminal, path: str, query: dict[str, str]) -> Generator[Step, Any, list[Obj]]:
    """The items of a list; what one may not see is left out, as kubectl does."""
    answer: Answer = yield from ask(terminal, Call("GET", path, query))
    items: list[Obj] = answer.body["items"] if answer.ok else []
    return items
