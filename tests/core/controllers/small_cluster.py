"""A small cluster for tests of controllers: every program is real, pods start at once, kubectl's hands are at the tester's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cluster_core.api.kinds import by_gvk
from cluster_core.api.request import Obj, Response
from cluster_core.api.yaml import load_manifests
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig, Machine
from cluster_core.cluster.history import Checkpoint, freeze, thaw
from cluster_core.cluster.world import World, boot, direct
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.trace import Trace

SCRIPT = {"sim.orrery/start-seconds": "0.5", "sim.orrery/ready-seconds": "0", "sim.orrery/term-seconds": "0.5"}


class Hands(ClientProcess):
    """Sends one request after the other and keeps the answer."""

    def __init__(self, sim: Any) -> None:
        super().__init__(sim, "hands", "workstation")
        self.client = ApiClient(self, "kubernetes-admin", self.server)
        self.answers: list[Response] = []

    def on_answer(self, token: Any, response: Response) -> None:
        """Keep it."""
        self.answers.append(response)


class SmallCluster:
    """Two nodes, no kube-system, one etcd member."""

    def __init__(self) -> None:
        self.trace = Trace(100_000)
        self.world: World = thaw(_booted())
        self.world.sim.trace = self.trace
        self.hands = Hands(self.world.sim)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        sim = self.world.sim
        sim.advance(sim.now + int(seconds * US_PER_SECOND), 5_000_000)

    def ask(self, verb: str, resource: str, name: str = "", **fields: Any) -> Response:
        """One request about an object in namespace default; its answer."""
        count = len(self.hands.answers)
        fields.setdefault("namespace", "" if resource in ("nodes", "namespaces") else "default")
        self.hands.request(self.hands.client, "asked", verb, resource, name=name, **fields)
        for _ in range(2_000):
            if len(self.hands.answers) > count:
                break
            self.run(0.001)
        return self.hands.answers[count]

    def create(self, text: str) -> list[Obj]:
        """Create the objects of a manifest; those that the API server stored."""
        stored = []
        for obj in load_manifests(text):
            kind = by_gvk(obj["apiVersion"], obj["kind"])
            obj["metadata"].setdefault("namespace", "default") if kind.namespaced else None
            answer = self.ask("create", kind.resource, namespace=obj["metadata"].get("namespace", ""), body=obj)
            assert answer.ok, answer.body
            stored.append(answer.body)
        return stored

    def patch(self, resource: str, name: str, body: Any, **fields: Any) -> Obj:
        """A merge patch; the object as it is then."""
        answer = self.ask("patch", resource, name, body=body, options={"patch_type": "merge"}, **fields)
        assert answer.ok, answer.body
        found: Obj = answer.body
        return found

    def delete(self, resource: str, name: str, **options: Any) -> Response:
        """Delete an object of namespace default (or a cluster-scoped one)."""
        return self.ask("delete", resource, name, options=options)

    def all(self, resource: str, namespace: str = "default") -> list[Obj]:
        """The objects of a resource, sorted by name."""
        found = self.world.objects(resource).values()
        mine = [obj for obj in found if obj["metadata"].get("namespace", namespace) == namespace]
        return sorted(mine, key=lambda obj: str(obj["metadata"]["name"]))

    def get(self, resource: str, name: str, namespace: str = "default") -> Obj | None:
        """One object, or None."""
        return next((obj for obj in self.all(resource, namespace) if obj["metadata"]["name"] == name), None)

    def events(self, reason: str) -> list[str]:
        """The messages of the Kubernetes Events with a reason, oldest first."""
        found = [event for event in self.world.objects("events").values() if event["reason"] == reason]
        return [
            event["message"] for event in sorted(found, key=lambda event: int(event["metadata"]["resourceVersion"]))
        ]

    def fault(self, fault: str, target: str = "apiserver") -> None:
        """Break or mend something."""
        direct(self.world, Command("fault", {"fault": fault, "target": target}, index=len(self.trace.entries) + 10_000))
        self.run(0.01)

    def told(self, message_id: str) -> list[dict[str, Any]]:
        """The parameters of the trace entries with a message id."""
        return [entry.params for entry in self.trace.entries if entry.message_id == message_id]


def deployment(name: str = "web", replicas: int = 3, image: str = "nginx:1.25", extra: str = "") -> str:
    """A Deployment's manifest; `extra` are more lines of its spec."""
    notes = ", ".join(f'{key}: "{value}"' for key, value in SCRIPT.items())
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
{extra}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{{notes}}}}}
    spec:
      containers: [{{name: c, image: "{image}", ports: [{{name: http, containerPort: 80}}]}}]
"""


def replicaset(name: str = "rs", replicas: int = 2, kind: str = "ReplicaSet") -> str:
    """A ReplicaSet's (or ReplicationController's) manifest."""
    text = deployment(name, replicas).replace("kind: Deployment", f"kind: {kind}")
    if kind == "ReplicationController":
        text = text.replace("apps/v1", "v1").replace(f"{{matchLabels: {{app: {name}}}}}", f"{{app: {name}}}")
    return text


def pod(name: str, labels: str = "app: web", node: str = "") -> str:
    """A bare pod's manifest."""
    notes = ", ".join(f'{key}: "{value}"' for key, value in SCRIPT.items())
    place = f"nodeName: {node}, " if node else ""
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{{labels}}}, annotations: {{{notes}}}}}
spec: {{{place}containers: [{{name: c, image: "nginx:1.25", ports: [{{name: http, containerPort: 80}}]}}]}}
"""


@lru_cache(maxsize=1)
def _booted() -> Checkpoint:
    machines = (Machine("n1", "8", "16Gi"), Machine("n2", "8", "16Gi"))
    config = ClusterConfig(machines=machines, kube_system=False, etcd_members=1, controller_qps=0)
    return freeze(boot(config, 5, Trace(100_000)))
