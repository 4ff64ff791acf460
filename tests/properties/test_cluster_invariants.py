"""What must hold after every event of any life of a cluster, and what must hold once everything is mended."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.objects import is_pod_active, is_pod_available, is_pod_ready, owner_controller
from cluster_core.api.quantity import parse_cpu
from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.world import World
from cluster_core.controllers.rollout import budget
from tests.properties.workload import FAR, Act, calm, command_of, config, heal_all, rough

SECOND = 1_000_000
MINUTE = 60 * SECOND
FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=40, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))


class Writer(ClientProcess):
    """Sends a write and notes the code of the answer."""

    def __init__(self, sim: Any, name: str, codes: list[int]) -> None:
        super().__init__(sim, name, "workstation")
        self.client = ApiClient(self, "kubernetes-admin", self.server)
        self.codes = codes

    def on_answer(self, token: Any, response: Response) -> None:
        """Keep the code."""
        self.codes.append(response.code)


class Watcher:
    """Looks at the cluster after every event at which an object changed, and keeps what it needs to compare with."""

    def __init__(self, world: World, is_calm: bool) -> None:
        self.world = world
        self.is_calm = is_calm
        self.revision = 0
        self.bound: dict[str, str] = {}
        self.deployed: dict[str, tuple[int, int]] = {}

    def look(self) -> None:
        """Check everything."""
        world = self.world
        if world.revision == self.revision:
            return
        assert world.revision > self.revision or not world.apiserver.ready, "resourceVersion goes up only"
        self.revision = world.revision
        pods = list(world.objects("pods").values())
        self._one_node_for_a_pod(pods)
        self._nothing_over_allocatable(pods)
        self._addresses(pods)
        self._services()
        self._endpoints_are_pods()
        self._surge()
        if self.is_calm:
            self._availability(pods)

    def _one_node_for_a_pod(self, pods: list[Obj]) -> None:
        for pod in pods:
            node, uid = pod["spec"].get("nodeName"), pod["metadata"]["uid"]
            if node:
                assert self.bound.setdefault(uid, node) == node, f"{pod['metadata']['name']} moved"

    def _nothing_over_allocatable(self, pods: list[Obj]) -> None:
        used: dict[str, int] = {}
        for pod in pods:
            if pod["spec"].get("nodeName") and pod["status"].get("phase") not in ("Succeeded", "Failed"):
                wanted = sum(_cpu(one) for one in pod["spec"]["containers"])
                used[pod["spec"]["nodeName"]] = used.get(pod["spec"]["nodeName"], 0) + wanted
        for name, node in self.world.objects("nodes").items():
            assert used.get(name, 0) <= parse_cpu(node["status"]["allocatable"]["cpu"]), name

    def _addresses(self, pods: list[Obj]) -> None:
        seen: dict[str, str] = {}
        nodes = self.world.objects("nodes")
        for pod in pods:
            address = pod["status"].get("podIP")
            if not address or pod["spec"].get("hostNetwork") or pod["status"]["phase"] in ("Succeeded", "Failed"):
                continue
            assert seen.setdefault(address, pod["metadata"]["name"]) == pod["metadata"]["name"], f"{address} twice"
            cidr = nodes[pod["spec"]["nodeName"]]["spec"]["podCIDR"]
            assert IPv4Address(address) in IPv4Network(cidr)

    def _services(self) -> None:
        addresses, ports = [], []
        for service in self.world.objects("services").values():
            if service["spec"].get("clusterIP") not in (None, "None"):
                addresses.append(service["spec"]["clusterIP"])
            ports += [port["nodePort"] for port in service["spec"].get("ports") or () if port.get("nodePort")]
        assert len(addresses) == len(set(addresses))
        assert len(ports) == len(set(ports))

    def _endpoints_are_pods(self) -> None:
        """An endpoint names a pod that exists or has just gone, never one of another Service's labels."""
        for part in self.world.objects("endpointslices.discovery.k8s.io").values():
            uids = [one["targetRef"]["uid"] for one in part.get("endpoints") or () if "targetRef" in one]
            assert len(uids) == len(set(uids)) <= 100

    def _surge(self) -> None:
        """ReplicaSets never want more than desired + maxSurge together, once the Deployment's controller has seen its spec."""
        for key, deployment in self.world.objects("deployments.apps").items():
            total = sum(one["spec"]["replicas"] for one in _replicasets(self.world, deployment))
            generation = deployment["metadata"]["generation"]
            if deployment.get("status", {}).get("observedGeneration") == generation:
                before = self.deployed.get(key, (generation, total))
                settled = before[0] == generation
                if total <= budget(deployment).max_total:
                    self.deployed[key] = (generation, total)
                elif settled:
                    assert total <= before[1], f"{key} grew above its surge: {total}"

    def _availability(self, pods: list[Obj]) -> None:
        """Without faults and deletions a rollout never takes available pods below what the strategy allows."""
        for key, deployment in self.world.objects("deployments.apps").items():
            limits = budget(deployment)
            if deployment["spec"]["strategy"]["type"] != "RollingUpdate":
                continue
            wait = deployment["spec"].get("minReadySeconds", 0) * SECOND
            owned = {one["metadata"]["uid"] for one in _replicasets(self.world, deployment)}
            mine = [pod for pod in pods if (owner_controller(pod) or {}).get("uid") in owned and is_pod_active(pod)]
            available = sum(is_pod_available(pod, wait, self.world.sim.now) for pod in mine)
            known = self.deployed.get(f"available/{key}", (-1, 0))
            promised = limits.min_available
            if known[0] == promised:
                assert available >= promised, f"{key}: {available} available, {promised} promised"
            self.deployed[f"available/{key}"] = (promised, 0) if available >= promised else (-1, 0)


def live(acts: list[Act], seed: int, is_calm: bool) -> Cluster:
    """A cluster that has lived through the acts, looked at after every event."""
    cluster = Cluster(config(), seed)
    watcher = Watcher(cluster.world, is_calm)
    for act in acts:
        _run(cluster, cluster.now + act.after, watcher.look)
        command = command_of(act, cluster)
        if command is not None:
            cluster.apply(command)
    _run(cluster, cluster.now + MINUTE, watcher.look)
    return cluster


def _run(cluster: Cluster, until: int, look: Callable[[], None]) -> None:
    while (at := cluster.world.sim.next_at()) is not None and at <= until:
        cluster.step()
        look()
    cluster.advance(until, FAR)


def settle(cluster: Cluster) -> None:
    """Mend everything and give it ten minutes."""
    heal_all(cluster)
    cluster.advance(cluster.now + 10 * MINUTE, FAR)


def check_settled(cluster: Cluster) -> None:
    """Everything is as wanted, nothing is at work, one member leads."""
    world = cluster.world
    assert [m.name for m in world.members if m.down] == []
    assert sum(_leads(member) for member in world.members) == 1
    assert len({member.store.revision for member in world.members}) == 1, "the members have the same store"
    for controller in world.manager.controllers.values():
        assert not controller.queue.queue, f"{controller.name} has keys waiting: {list(controller.queue.queue)}"
        assert not controller.queue.processing, f"{controller.name} hangs at {list(controller.queue.processing)}"
    for name, node in world.objects("nodes").items():
        assert _is_ready(node), f"{name} is not Ready"
        assert [t["key"] for t in node["spec"].get("taints") or () if "node.kubernetes.io" in t["key"]] == [], name
    _check_workloads(world)
    _check_owners(world)
    _check_endpoints(world)


def _check_workloads(world: World) -> None:
    pods = [pod for pod in world.objects("pods").values() if pod["metadata"]["namespace"] == "default"]
    for pod in pods:
        assert not pod["metadata"].get("deletionTimestamp"), f"{pod['metadata']['name']} does not go"
    for key, deployment in world.objects("deployments.apps").items():
        wanted, status = deployment["spec"]["replicas"], deployment["status"]
        counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
        assert counts == [wanted] * 4, f"{key} wants {wanted}: {status}"
        assert status["observedGeneration"] == deployment["metadata"]["generation"]
        for replicaset in _replicasets(world, deployment):
            mine = [pod for pod in pods if (owner_controller(pod) or {}).get("uid") == replicaset["metadata"]["uid"]]
            if deployment["metadata"]["namespace"] == "default":
                active = [pod for pod in mine if is_pod_active(pod)]
                assert len(active) == replicaset["spec"]["replicas"] == replicaset["status"]["replicas"]


def _check_owners(world: World) -> None:
    """No orphan after garbage collection: every owner that is named exists."""
    kinds = (
        "pods",
        "replicasets.apps",
        "endpointslices.discovery.k8s.io",
        "endpoints",
        "deployments.apps",
        "daemonsets.apps",
        "services",
        "nodes",
    )
    uids = {obj["metadata"]["uid"] for kind in kinds for obj in world.objects(kind).values()}
    for kind in kinds:
        for key, obj in world.objects(kind).items():
            for owner in obj["metadata"].get("ownerReferences") or ():
                assert owner["uid"] in uids, f"{kind} {key} outlives its owner {owner['kind']}/{owner['name']}"


def _check_endpoints(world: World) -> None:
    """Each Service's endpoints are exactly the pods that it selects, and ready are those that are Ready."""
    pods = world.objects("pods")
    for key, service in world.objects("services").items():
        selector = service["spec"].get("selector")
        if not selector:
            continue
        namespace = key.partition("/")[0]
        chosen = [
            pod
            for pod in pods.values()
            if pod["metadata"]["namespace"] == namespace
            and selector.items() <= (pod["metadata"].get("labels") or {}).items()
            and pod["status"].get("podIP")
            and pod["status"]["phase"] == "Running"
        ]
        shown = {
            one["targetRef"]["uid"]: one["conditions"]["ready"]
            for part in world.objects("endpointslices.discovery.k8s.io").values()
            if part["metadata"]["namespace"] == namespace
            and part["metadata"]["labels"]["kubernetes.io/service-name"] == service["metadata"]["name"]
            for one in part.get("endpoints") or ()
        }
        assert shown == {pod["metadata"]["uid"]: is_pod_ready(pod) for pod in chosen}, key
        subsets = world.objects("endpoints")[key].get("subsets") or ()
        ready = {one["targetRef"]["uid"] for part in subsets for one in part.get("addresses") or ()}
        assert ready == {uid for uid, is_ready in shown.items() if is_ready}, key


def _replicasets(world: World, deployment: Obj) -> list[Obj]:
    uid = deployment["metadata"]["uid"]
    found = world.objects("replicasets.apps").values()
    return [one for one in found if (owner_controller(one) or {}).get("uid") == uid]


def _cpu(container: Obj) -> int:
    return parse_cpu((container.get("resources") or {}).get("requests", {}).get("cpu", "0"))


def _is_ready(node: Obj) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"]["conditions"])


def _leads(member: Any) -> bool:
    return bool(member.card()["raft_role"] == "leader" and not member.down)


def check_calm(acts: list[Act], seed: int) -> None:
    """A life without faults."""
    cluster = live(acts, seed, is_calm=not any(act.what in ("delete-pod", "pod-kill") for act in acts))
    settle(cluster)
    check_settled(cluster)


def check_rough(acts: list[Act], seed: int) -> None:
    """A life with faults."""
    cluster = live(acts, seed, is_calm=False)
    settle(cluster)
    check_settled(cluster)


@FEW
@given(acts=calm(), seed=st.integers(0, 1000))
def test_calm_lives(acts: list[Act], seed: int) -> None:
    check_calm(acts, seed)


@FEW
@given(acts=rough(), seed=st.integers(0, 1000))
def test_rough_lives(acts: list[Act], seed: int) -> None:
    check_rough(acts, seed)


@pytest.mark.slow
@MANY
@given(acts=calm(), seed=st.integers(0, 1000))
def test_many_calm_lives(acts: list[Act], seed: int) -> None:
    check_calm(acts, seed)


@pytest.mark.slow
@MANY
@given(acts=rough(), seed=st.integers(0, 1000))
def test_many_rough_lives(acts: list[Act], seed: int) -> None:
    check_rough(acts, seed)


def test_of_two_writers_one_gets_a_conflict() -> None:
    """Two updates with one resourceVersion, sent in the same instant."""
    cluster = Cluster(config(), 3)
    cluster.apply(
        Command("apply", {"manifest": "{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {n: '0'}}"})
    )
    cluster.advance(cluster.now + SECOND, FAR)
    world, there = cluster.world, cluster.world.objects("configmaps")["default/shared"]
    codes: list[int] = []
    for number in (1, 2):
        hand = Writer(world.sim, f"writer-{number}", codes)
        body = {**there, "data": {"n": str(number)}}
        hand.request(hand.client, "write", "update", "configmaps", namespace="default", name="shared", body=body)
    world.sim.advance(cluster.now + SECOND, FAR)
    assert sorted(codes) == [200, 409]
