"""The scheduling framework: what a plugin is, what it answers, what it may look at.

Upstream: `pkg/scheduler/framework/interface.go`. Extension points here: PreFilter, Filter, PostFilter, Score, Reserve; Bind is the
scheduler's own request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from cluster_core.api.objects import is_pod_active
from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj
from cluster_core.sim.shelf import Shelf

MAX_NODE_SCORE = 100
UNSCHEDULABLE = "Unschedulable"
UNRESOLVABLE = "UnschedulableAndUnresolvable"

DEFAULT_MILLI_CPU = 100
DEFAULT_MEMORY = 200 * 1024 * 1024


@dataclass(slots=True)
class Status:
    """A plugin's refusal: code Unschedulable (evicting pods could help) or UnschedulableAndUnresolvable, with reasons."""

    code: str
    reasons: list[str]
    plugin: str = ""


@dataclass(slots=True)
class Requests:
    """Resources of a pod or a sum of them: millicores, bytes, and pods; extended resources by name."""

    cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalar: dict[str, int] = field(default_factory=dict)

    def add(self, other: Requests, sign: int = 1) -> None:
        """Add (or with sign -1 subtract) in place."""
        self.cpu += sign * other.cpu
        self.memory += sign * other.memory
        self.ephemeral_storage += sign * other.ephemeral_storage
        for name, amount in other.scalar.items():
            self.scalar[name] = self.scalar.get(name, 0) + sign * amount


Signature = tuple[Any, ...]
"""Everything of a pod that a plugin looks at: pods with the same signature get the same verdicts."""

SIGNED = ("nodeName", "nodeSelector", "affinity", "tolerations", "overhead")


@dataclass(slots=True)
class PodInfo:
    """A pod with what the plugins ask of it, computed once."""

    pod: Obj
    key: str
    uid: str
    requests: Requests
    nonzero: Requests
    ports: list[tuple[str, str, int]]

    signature: Signature

    @classmethod
    def of(cls, pod: Obj) -> PodInfo:
        """Read a pod."""
        meta, spec = pod["metadata"], pod["spec"]
        signature = sign(spec)
        claims = _claims(spec, signature)
        return cls(pod, f"{meta['namespace']}/{meta['name']}", meta["uid"], *claims, signature)


@dataclass(slots=True)
class NodeInfo:
    """A node as the scheduler sees it: the Node, its pods (assumed ones too) and the sums of their requests."""

    node: Obj
    name: str
    allocatable: Requests
    allowed_pods: int
    pods: Shelf[str, PodInfo] = field(default_factory=Shelf)
    requested: Requests = field(default_factory=Requests)
    nonzero: Requests = field(default_factory=Requests)
    images: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Obj) -> NodeInfo:
        """Read a Node."""
        given = node.get("status", {}).get("allocatable", {})
        allocatable = read_resources(given)
        images = {
            name: image.get("sizeBytes", 0)
            for image in node.get("status", {}).get("images", ())
            for name in image.get("names", ())
        }
        pods_max = int(given.get("pods", 0))
        return cls(node, node["metadata"]["name"], allocatable, pods_max, images=images)

    def add_pod(self, info: PodInfo) -> None:
        """A pod is on this node, bound or assumed."""
        if info.uid in self.pods:
            return
        self.pods[info.uid] = info
        self.requested.add(info.requests)
        self.nonzero.add(info.nonzero)

    def remove_pod(self, uid: str) -> None:
        """The pod has gone."""
        info = self.pods.pop(uid, None)
        if info is not None:
            self.requested.add(info.requests, -1)
            self.nonzero.add(info.nonzero, -1)


@dataclass(slots=True)
class Snapshot:
    """The nodes at the start of a scheduling cycle, in order of name; and on how many of them each image is."""

    nodes: dict[str, NodeInfo]
    image_nodes: dict[str, int]


class Plugin:
    """One scheduling rule. A plugin overrides the extension points that it has an opinion at."""

    name: ClassVar[str]
    weight: ClassVar[int] = 1
    scores: ClassVar[bool] = False
    relative: ClassVar[bool] = False  # whether a normalized score depends on the other nodes

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Status | None:
        """Refuse the pod before any node is looked at."""
        return None

    def filter(self, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node, or None if it will do."""
        return None

    def post_filter(self, pod: PodInfo, refused: dict[str, Status]) -> str:
        """No node fits: what the plugin could do about it, in upstream's words; "" if it has no opinion."""
        return ""

    def score(self, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """How good a node is, any integer; `normalize` brings it to 0…100."""
        return 0

    def normalized(self, score: int, largest: int) -> int:
        """A score as 0…100, where `largest` is the largest of all feasible nodes."""
        return score

    def normalize(self, scores: dict[str, int]) -> dict[str, int]:
        """Scores of all feasible nodes as 0…100."""
        largest = max(scores.values(), default=0)
        return {name: self.normalized(score, largest) for name, score in scores.items()}


def default_normalized(score: int, largest: int, reverse: bool) -> int:
    """Scale to 0…100 by the largest; reversed when a low raw score is good. Upstream: `helper/normalize_score.go`."""
    if largest == 0:
        return MAX_NODE_SCORE if reverse else score
    scaled = MAX_NODE_SCORE * score // largest
    return MAX_NODE_SCORE - scaled if reverse else scaled


def read_resources(given: dict[str, str]) -> Requests:
    """A resource list (`requests`, `allocatable`) as numbers."""
    scalar = {
        name: int(parse_bytes(amount))
        for name, amount in given.items()
        if name not in ("cpu", "memory", "ephemeral-storage", "pods")
    }
    return Requests(
        parse_cpu(given.get("cpu", "0")),
        parse_bytes(given.get("memory", "0")),
        parse_bytes(given.get("ephemeral-storage", "0")),
        scalar,
    )


def pod_requests(spec: Obj, nonzero: bool = False) -> Requests:
    """What a pod asks for: the sum of its containers (and sidecars), or its largest init container if that is more.

    nonzero: containers without a request count as 100 m and 200 MiB, so that scoring spreads them.
    """
    total, sidecars, largest = Requests(), Requests(), Requests()
    for container in spec.get("containers", ()):
        total.add(_container_requests(container, nonzero))
    for container in spec.get("initContainers", ()):
        wanted = _container_requests(container, nonzero)
        if container.get("restartPolicy") == "Always":
            total.add(wanted)
            sidecars.add(wanted)
            wanted = Requests()
        wanted.add(sidecars)
        largest = _larger(largest, wanted)
    total = _larger(total, largest)
    overhead = spec.get("overhead")
    if overhead:
        total.add(read_resources(overhead))
    return total


def host_ports(spec: Obj) -> list[tuple[str, str, int]]:
    """(hostIP, protocol, hostPort) that the pod wants on its node."""
    return [
        (port.get("hostIP", "0.0.0.0") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])
        for container in spec.get("containers", ())
        for port in container.get("ports", ())
        if port.get("hostPort")
    ]


def sign(spec: Obj) -> Signature:
    """The signature of a pod."""
    containers = tuple(
        (
            container["image"],
            container.get("restartPolicy"),
            str(container.get("resources")),
            str(container.get("ports")),
        )
        for field in ("containers", "initContainers")
        for container in spec.get(field, ())
    )
    rest = str([spec.get(name) for name in SIGNED])
    return (len(spec.get("containers", ())), containers, rest)


def counts_on_node(pod: Obj) -> bool:
    """Whether a bound pod still takes resources: until it has finished."""
    return bool(pod["spec"].get("nodeName")) and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


def wants_scheduling(pod: Obj, scheduler_name: str) -> bool:
    """Whether a pod is waiting for this scheduler."""
    spec = pod["spec"]
    if spec.get("nodeName") or spec.get("schedulingGates"):
        return False
    return spec.get("schedulerName") == scheduler_name and is_pod_active(pod)


_CLAIMS_MAX = 1024
_claims_by_signature: dict[Signature, tuple[Requests, Requests, list[tuple[str, str, int]]]] = {}


def _claims(spec: Obj, signature: Signature) -> tuple[Requests, Requests, list[tuple[str, str, int]]]:
    """Requests, requests for scoring and host ports: a function of the signature, so pods of a template share them."""
    found = _claims_by_signature.get(signature)
    if found is None:
        if len(_claims_by_signature) >= _CLAIMS_MAX:
            _claims_by_signature.clear()
        found = (pod_requests(spec), pod_requests(spec, nonzero=True), host_ports(spec))
        _claims_by_signature[signature] = found
    return found


def _container_requests(container: Obj, nonzero: bool) -> Requests:
    given = container.get("resources", {}).get("requests", {})
    wanted = read_resources(given)
    if nonzero:
        wanted.cpu = wanted.cpu if "cpu" in given else DEFAULT_MILLI_CPU
        wanted.memory = wanted.memory if "memory" in given else DEFAULT_MEMORY
    return wanted


def _larger(left: Requests, right: Requests) -> Requests:
    names = [*left.scalar, *(name for name in right.scalar if name not in left.scalar)]
    return Requests(
        max(left.cpu, right.cpu),
        max(left.memory, right.memory),
        max(left.ephemeral_storage, right.ephemeral_storage),
        {name: max(left.scalar.get(name, 0), right.scalar.get(name, 0)) for name in names},
    )
