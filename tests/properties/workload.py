"""Random users and random bad luck: what a cluster is asked to do, and what breaks, as data that Hypothesis can shrink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.kernel import US_PER_SECOND

NODES = ("node-1", "node-2", "node-3")
MEMBERS = ("etcd-1", "etcd-2", "etcd-3")
NAMES = ("web", "api", "job")
HEALING = {"node-down": "node-up", "member-down": "member-up", "apiserver-down": "apiserver-up", "partition": "heal"}
FAR = 10_000_000


@dataclass(frozen=True)
class Act:
    """One thing that happens `after` µs: a command, or a fault. Pods are chosen by their place in the sorted list."""

    after: int
    what: str
    name: str = ""
    number: int = 0
    spec: tuple[tuple[str, Any], ...] = field(default=())


def config() -> ClusterConfig:
    """Three workers and the control plane, three etcd members, no limit on the controllers' requests."""
    return ClusterConfig(controller_qps=0)


def calm() -> st.SearchStrategy[list[Act]]:
    """What users do, without faults."""
    return st.lists(st.one_of(deployments(), scales(), deletions(), services()), min_size=2, max_size=8)


def rough() -> st.SearchStrategy[list[Act]]:
    """What users do while things break and come back."""
    return st.lists(st.one_of(deployments(), scales(), deletions(), services(), faults()), min_size=2, max_size=10)


def times() -> st.SearchStrategy[int]:
    """A pause before an act: within one tick, within a rollout, or long enough for a node to be declared dead."""
    return st.one_of(st.integers(0, 50_000), st.integers(0, 20 * US_PER_SECOND), st.integers(0, 120 * US_PER_SECOND))


def deployments() -> st.SearchStrategy[Act]:
    """Create or change a Deployment."""
    rolling = st.tuples(st.sampled_from([0, 1, 2, "25%", "50%"]), st.sampled_from([1, 2, "25%"]))
    spec = st.fixed_dictionaries(
        {
            "replicas": st.integers(0, 6),
            "image": st.sampled_from(["nginx:1.25", "nginx:1.26", "redis:7"]),
            "ready": st.sampled_from([0, 2]),
            "rolling": st.one_of(st.none(), rolling),
            "wait": st.sampled_from([0, 0, 3]),
        }
    ).map(lambda found: tuple(sorted(found.items())))
    return st.builds(Act, times(), st.just("apply"), st.sampled_from(NAMES), st.just(0), spec)


def scales() -> st.SearchStrategy[Act]:
    """Scale a Deployment."""
    return st.builds(Act, times(), st.just("scale"), st.sampled_from(NAMES), st.integers(0, 8))


def deletions() -> st.SearchStrategy[Act]:
    """Delete a Deployment, or a pod."""
    what = st.sampled_from(["delete", "delete-pod", "delete-pod", "pod-kill"])
    return st.builds(Act, times(), what, st.sampled_from(NAMES), st.integers(0, 5))


def services() -> st.SearchStrategy[Act]:
    """Put a Service in front of a Deployment."""
    return st.builds(Act, times(), st.just("service"), st.sampled_from(NAMES), st.integers(0, 1))


def faults() -> st.SearchStrategy[Act]:
    """Break something, or mend it."""
    node = st.builds(Act, times(), st.sampled_from(["node-down", "node-up"]), st.sampled_from(NODES))
    member = st.builds(Act, times(), st.sampled_from(["member-down", "member-up"]), st.sampled_from(MEMBERS))
    server = st.builds(Act, times(), st.sampled_from(["apiserver-down", "apiserver-up"]), st.just("apiserver"))
    cut = st.builds(Act, times(), st.sampled_from(["partition", "heal"]), st.sampled_from(NODES + MEMBERS))
    return st.one_of(node, member, server, cut)


def command_of(act: Act, cluster: Cluster) -> Command | None:
    """The command of an act in the present state; None if there is nothing that it could be about."""
    if act.what in ("apply", "service"):
        return Command("apply", {"manifest": deployment(act) if act.what == "apply" else service(act)})
    if act.what == "scale":
        return Command("scale", {"resource": "deployments", "name": act.name, "replicas": act.number})
    if act.what == "delete":
        return Command("delete", {"resource": "deployments", "name": act.name})
    if act.what in ("delete-pod", "pod-kill"):
        pods = sorted(key for key in cluster.world.objects("pods") if key.startswith("default/"))
        if not pods:
            return None
        pod = pods[act.number % len(pods)]
        if act.what == "pod-kill":
            return Command("fault", {"fault": "pod-kill", "target": pod})
        return Command("delete", {"resource": "pods", "name": pod.partition("/")[2]})
    return Command("fault", {"fault": act.what, "target": act.name})


def play(cluster: Cluster, acts: list[Act]) -> None:
    """Let a cluster live through the acts."""
    for act in acts:
        cluster.advance(cluster.now + act.after, FAR)
        command = command_of(act, cluster)
        if command is not None:
            cluster.apply(command)


def heal_all(cluster: Cluster) -> None:
    """Mend everything."""
    for fault in ("member-up", "heal", "node-up", "apiserver-up"):
        for target in {"member-up": MEMBERS, "heal": NODES + MEMBERS, "node-up": NODES}.get(fault, ("apiserver",)):
            cluster.apply(Command("fault", {"fault": fault, "target": target}))


def deployment(act: Act) -> str:
    """The manifest of an act."""
    spec = dict(act.spec)
    strategy = "{type: Recreate}"
    if spec["rolling"] is not None:
        surge, unavailable = spec["rolling"]
        strategy = f"{{type: RollingUpdate, rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}}}"
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {act.name}}}
spec:
  replicas: {spec["replicas"]}
  minReadySeconds: {spec["wait"]}
  selector: {{matchLabels: {{app: {act.name}}}}}
  strategy: {strategy}
  template:
    metadata: {{labels: {{app: {act.name}}}, annotations: {{sim.orrery/ready-seconds: "{spec["ready"]}"}}}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - {{name: c, image: "{spec["image"]}", resources: {{requests: {{cpu: 300m, memory: 256Mi}}}}}}
"""


def service(act: Act) -> str:
    """A Service in front of a Deployment's pods; odd numbers are of type NodePort."""
    kind = "NodePort" if act.number else "ClusterIP"
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {act.name}}}
spec: {{type: {kind}, selector: {{app: {act.name}}}, ports: [{{port: 80}}]}}
"""
