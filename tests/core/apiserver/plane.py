"""An API server with one etcd member and a client that keeps what it is told, for tests."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Request, Response, WatchBatch, WatchClosed
from cluster_core.apiserver.server import ApiServer
from cluster_core.cluster.kubeadm_rbac import administrator
from cluster_core.etcd.member import Member
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.limits import Limits
from cluster_core.sim.links import Links
from cluster_core.sim.process import Process, Unreachable
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace

SECOND = 1_000_000
USER = "kubernetes-admin"
COMPONENT = "system:apiserver"


class Client(Process):
    """Collects answers by request id and watch events by watch id."""

    def __init__(self, sim: Simulation, name: str = "client") -> None:
        super().__init__(sim, name, "workstation")
        self.responses: dict[int, Response] = {}
        self.events: dict[int, list[tuple[str, Obj]]] = {}
        self.closed: dict[int, Obj] = {}
        self.next_id = 0

    def ask(self, verb: str, resource: str, user: str = USER, **fields: Any) -> int:
        """Send a request; returns its id."""
        self.next_id += 1
        self.send("apiserver", Request(self.next_id, self.name, user, verb, resource, **fields))
        return self.next_id

    def on_response(self, response: Response) -> None:
        assert response.id not in self.responses, "one answer per request"
        self.responses[response.id] = response

    def on_watch_batch(self, batch: WatchBatch) -> None:
        self.events.setdefault(batch.watch_id, []).extend(batch.events)

    def on_watch_closed(self, closed: WatchClosed) -> None:
        self.closed[closed.watch_id] = closed.status

    def on_unreachable(self, message: Unreachable) -> None:
        """The API server is down; the tests look at what was answered."""


class Plane:
    """The control plane of a test: `ask` waits for the answer. Unless `strict`, whoever is authenticated may do everything."""

    def __init__(self, limits: Limits | None = None, seed: int = 1, strict: bool = False) -> None:
        self.sim = Simulation(Streams(seed), Links(), Trace(1_000_000), 1_000_000)
        self.member = Member(self.sim, "etcd-1", "etcd-1", ["etcd-1"])
        self.server = ApiServer(self.sim, "apiserver", "control-plane", ["etcd-1"], limits or Limits())
        self.client = Client(self.sim)
        self.server.start()
        self.settle()
        resource, binding = administrator()
        self.ask("create", resource, "kubernetes-super-admin", body=binding)
        if not strict:
            everybody = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}
            body = {**binding, "metadata": {"name": "zz-everybody"}, "subjects": [everybody]}
            self.ask("create", resource, "kubernetes-super-admin", body=body)
        for name in ("default", "other"):
            self.ask("create", "namespaces", body={"metadata": {"name": name}})
            self.ask("create", "serviceaccounts", namespace=name, body={"metadata": {"name": "default"}})

    def ask(self, verb: str, resource: str, user: str = USER, **fields: Any) -> Response:
        """Send a request and let time move until it is answered."""
        number = self.client.ask(verb, resource, user, **fields)
        for _ in range(100_000):
            if number in self.client.responses:
                return self.client.responses[number]
            assert self.sim.step() is not None, "nothing is left to happen, and there is no answer"
        raise AssertionError("no answer after 100,000 events")

    def made(self, resource: str, body: Obj, namespace: str = "default", **fields: Any) -> Obj:
        """Create an object that must be accepted."""
        response = self.ask("create", resource, namespace=namespace, body=body, **fields)
        assert response.code == 201, response.body
        found: Obj = response.body
        return found

    def get(self, resource: str, name: str, namespace: str = "default") -> Obj | None:
        """The object as it is now, or None."""
        response = self.ask("get", resource, namespace=namespace, name=name)
        return response.body if response.ok else None

    def settle(self, seconds: int = 5) -> None:
        """Let virtual time pass."""
        self.sim.advance(self.sim.now + seconds * SECOND, 1_000_000)

    def bound(self, name: str, node: str = "node-1", **spec: Any) -> Obj:
        """A pod on a node."""
        self.made("pods", pod(name, **spec))
        body = {"target": {"name": node}}
        assert self.ask("create", "pods", namespace="default", name=name, subresource="binding", body=body).code == 201
        found = self.get("pods", name)
        assert found is not None
        return found


def pod(name: str = "web", image: str = "nginx:1.25", **spec: Any) -> Obj:
    """The smallest pod."""
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": image}], **spec}}


def deployment(name: str = "web", replicas: int = 3, **spec: Any) -> Obj:
    """The smallest Deployment."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]}}
    wanted = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": name}, "spec": {**wanted, **spec}}


def unmanaged(obj: Obj) -> Obj:
    """An object as components see it: without the owners of its fields."""
    return {**obj, "metadata": {name: value for name, value in obj["metadata"].items() if name != "managedFields"}}
