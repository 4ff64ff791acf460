"""An API server of a few lines for the kubelet's tests: pods, nodes, leases and events in a dict, watches in a list."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Request, Response, WatchBatch
from cluster_core.api.timestamp import rfc3339
from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.node_status import NodeSpec
from cluster_core.sim.kernel import US_PER_SECOND, Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.process import Process, Unreachable
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace

SECOND = US_PER_SECOND


class FakeNetwork:
    """Addresses one after the other; `full` makes it refuse."""

    def __init__(self) -> None:
        self.config_file = ""
        self.held: dict[str, str] = {}
        self.given = 1
        self.full = False
        self.filter = Netfilter()

    def add(self, pod_uid: str, node: str) -> str:
        if self.full:
            raise LookupError("no IP addresses available in range set: 10.244.1.1-10.244.1.254")
        self.given += 1
        self.held[pod_uid] = f"10.244.1.{self.given}"
        return self.held[pod_uid]

    def delete(self, pod_uid: str) -> None:
        self.held.pop(pod_uid, None)

    def netfilter(self, node: str) -> Netfilter:
        return self.filter


class FakeApiServer(Process):
    """Answers what a kubelet asks. `writes` keeps every pod version, `events` every Event as (type, reason, message)."""

    def __init__(self, sim: Simulation) -> None:
        super().__init__(sim, "apiserver", "control-plane")
        self.objects: dict[tuple[str, str, str], Obj] = {}
        self.watches: list[tuple[str, int, str]] = []
        self.revision = 0
        self.writes: list[tuple[str, Obj]] = []
        self.events: list[tuple[str, str, str]] = []
        self.log: list[str] = []
        self.missing_namespaces: list[str] = []

    def on_request(self, request: Request) -> None:
        code, body = getattr(self, f"_{request.verb}")(request)
        self.send(request.source, Response(request.id, code, body))
        if request.verb == "watch":
            self.watches.append((request.resource, request.id, request.source))

    def on_unreachable(self, message: Unreachable) -> None:
        """A watcher that is down: its watches end."""
        self.watches = [watch for watch in self.watches if watch[2] != message.target]

    def put(self, resource: str, obj: Obj, kind: str) -> Obj:
        self.revision += 1
        meta = {**obj["metadata"], "resourceVersion": str(self.revision)}
        obj = {**obj, "metadata": meta}
        key = (resource, meta.get("namespace", ""), meta["name"])
        if kind == "DELETED":
            self.objects.pop(key, None)
        else:
            self.objects[key] = obj
        if resource == "pods":
            self.writes.append((kind, obj))
            self.log.append(f"{kind} {meta['name']}")
        for watched, identity, source in self.watches:
            if watched == resource:
                self.send(source, WatchBatch(identity, self.revision, [(kind, obj)]))
        return obj

    def bind(self, name: str, spec: Obj, annotations: dict[str, str] | None = None) -> Obj:
        """Create a pod that is bound to the node already."""
        meta: Obj = {"name": name, "namespace": "default", "uid": f"uid-{name}", "generation": 1}
        meta["annotations"] = annotations or {}
        scheduled = {"type": "PodScheduled", "status": "True", "lastTransitionTime": rfc3339(self.sim.now)}
        status = {"phase": "Pending", "qosClass": "BestEffort", "conditions": [scheduled]}
        spec = {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30, **spec, "nodeName": "node-1"}
        return self.put(
            "pods", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}, "ADDED"
        )

    def pod(self, name: str) -> Obj | None:
        return self.objects.get(("pods", "default", name))

    def delete(self, name: str, grace: int = 30) -> None:
        """A user deletes a pod."""
        self._delete(
            Request(0, "", "", "delete", "pods", "default", name, options={"grace_period": grace}), graceful=grace > 0
        )

    def _list(self, request: Request) -> tuple[int, Any]:
        items = [obj for key, obj in self.objects.items() if key[0] == request.resource]
        return 200, {"items": items, "metadata": {"resourceVersion": str(self.revision)}}

    def _get(self, request: Request) -> tuple[int, Any]:
        found = self.objects.get((request.resource, request.namespace, request.name))
        return (404, {"reason": "NotFound"}) if found is None else (200, found)

    def _watch(self, request: Request) -> tuple[int, Any]:
        return 200, {}

    def _create(self, request: Request) -> tuple[int, Any]:
        body = request.body
        meta = {"uid": f"uid-{self.revision}", **body["metadata"]}
        if request.resource == "events":
            self.events.append((body["type"], body["reason"], body["message"]))
            self.log.append(f"Event {body['reason']} {body['involvedObject']['name']}")
        if request.resource == "pods" and request.namespace in self.missing_namespaces:
            return 404, {"reason": "NotFound"}
        if (request.resource, meta.get("namespace", ""), meta["name"]) in self.objects:
            return 409, {"reason": "AlreadyExists"}
        return 201, self.put(request.resource, {**body, "metadata": meta}, "ADDED")

    def _patch(self, request: Request) -> tuple[int, Any]:
        old = self.objects.get((request.resource, request.namespace, request.name))
        if old is None:
            return 404, {"reason": "NotFound"}
        new = dict(old)
        for part in ("metadata", "spec", "status"):
            if part in request.body:
                new[part] = {**old.get(part, {}), **request.body[part]}
        return 200, self.put(request.resource, {**old, **request.body, **new}, "MODIFIED")

    def _delete(self, request: Request, graceful: bool = False) -> tuple[int, Any]:
        old = self.objects.get((request.resource, request.namespace, request.name))
        if old is None:
            return 404, {"reason": "NotFound"}
        grace = request.options["grace_period"]
        meta = {**old["metadata"], "deletionGracePeriodSeconds": grace}
        meta["deletionTimestamp"] = rfc3339(self.sim.now + grace * SECOND)
        if graceful:
            meta["generation"] = meta.get("generation", 1) + 1
        new = self.put(request.resource, {**old, "metadata": meta}, "MODIFIED")
        if not graceful:
            self.put(request.resource, new, "DELETED")
        return 200, new


class World:
    """A node, an API server and a network."""

    def __init__(self, seed: int = 1, **node: Any) -> None:
        self.trace = Trace(100_000)
        self.sim = Simulation(Streams(seed), Links(), self.trace, 100_000)
        self.api = FakeApiServer(self.sim)
        self.network = FakeNetwork()
        static = node.pop("static_pods", ())
        self.kubelet = Kubelet(self.sim, NodeSpec("node-1", "172.18.0.3", **node), self.network, static)
        self.kubelet.start()
        self.run(1)

    def run(self, seconds: float) -> None:
        self.sim.advance(self.sim.now + int(seconds * SECOND), 1_000_000)

    def ids(self, pod: str = "") -> list[str]:
        """Message ids of the trace, of one pod if named."""
        entries = [
            entry for entry in self.trace.entries if not pod or entry.params.get("object") == f"pod/default/{pod}"
        ]
        return [entry.message_id for entry in entries]

    def when(self, message_id: str) -> list[int]:
        return [entry.at for entry in self.trace.entries if entry.message_id == message_id]

    def condition(self, name: str, kind: str) -> Obj:
        pod = self.api.pod(name)
        assert pod is not None
        return next(item for item in pod["status"]["conditions"] if item["type"] == kind)

    def container(self, name: str, index: int = 0) -> Obj:
        pod = self.api.pod(name)
        assert pod is not None
        found: Obj = pod["status"]["containerStatuses"][index]
        return found
