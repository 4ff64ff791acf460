"""View models: what the browser is shown of a cluster. Plain JSON, small, computed from state, never stored."""

from __future__ import annotations

from typing import Any, TypedDict

from cluster_core.projection.queue_cards import DecidedCard, SchedulerCard, WaitingCard
from cluster_core.projection.workload_cards import Text, WorkloadCard


class ComponentCard(TypedDict):
    """A control-plane program, a node agent or a client. `name` is the process name ("apiserver", "etcd-1", "kubelet/node-1")."""

    name: str
    role: str  # apiserver | etcd | scheduler | controller | kubelet | kube-proxy | flannel | dns | kubectl | router
    host: str
    up: bool
    queue: int  # keys waiting or in hand
    detail: dict[
        str, Any
    ]  # apiserver: revision, watches, in_flight; etcd: raft_role, term, index, commit; controller: turns, retries, key in hand


class NodeCard(TypedDict):
    """One Node."""

    name: str
    uid: str
    ip: str
    pod_cidr: str
    ready: str  # True | False | Unknown
    up: bool
    unschedulable: bool
    control_plane: bool
    taints: list[str]
    runtime: str
    calls: list[str]  # the programs that a call of the kubelet passes on its way to a container
    pressure: list[str]  # conditions of pressure that hold
    cpu: list[int]  # requested, allocatable (millicores)
    memory: list[int]  # requested, allocatable (bytes)
    pods: int  # that have not ended


class ContainerCard(TypedDict):
    """One container of a pod."""

    name: str
    image: str
    init: bool
    kind: str  # main | init | sidecar (an init container that is restarted for ever) | ephemeral
    state: str  # waiting | running | terminated
    reason: str
    ready: bool
    restarts: int


class PodCard(TypedDict):
    """One Pod. `stage` is where its life is: unscheduled, scheduled, sandbox, network, pulling, init, starting, not-ready,
    ready, backoff, terminating, succeeded, failed, evicted, unknown. `since` is when that began (µs)."""

    name: str
    namespace: str
    uid: str
    status: str  # ready not-ready unscheduled creating terminating failed succeeded evicted unknown
    stage: str
    since: int
    created: int
    reason: str
    node: str
    ip: str
    owner: str  # uid of the controller, "" for a bare pod
    app: str
    revision: str  # hash of the template that it was made of, "" for a bare pod or a Job's
    index: int  # completion index of an Indexed Job's pod, -1 for others
    containers: list[ContainerCard]
    rv: int


class ServiceCard(TypedDict):
    """A Service with its endpoints."""

    name: str
    namespace: str
    uid: str
    type: str
    cluster_ip: str
    ports: list[dict[str, Any]]  # name, port, target, node_port, protocol
    endpoints: list[dict[str, Any]]  # ip, pod, node, ready
    rv: int


class StorageCard(TypedDict):
    """A PersistentVolumeClaim, its volume, and who has it. Sizes as Kubernetes quantities; times in µs. `waits`: for what it
    waits: no-class, no-such-class, consumer, provisioner, volume, resize, or for nothing."""

    name: str
    namespace: str
    uid: str
    phase: str  # Pending Bound Lost Terminating
    volume: str
    storage_class: str
    driver: str
    requested: str
    capacity: str
    modes: list[str]
    reclaim: str
    users: list[str]  # pods of the namespace
    attached: list[str]  # nodes
    waits: str
    created: int
    rv: int


class Flight(TypedDict):
    """A request, reply, watch delivery or Raft message on its way: what the architecture view draws as a dot."""

    number: int
    source: str
    target: str
    letter: str  # C U P D G L W, Raft: A V
    label: str
    sent: int
    arrives: int


class Layer(TypedDict):
    """One header of a packet. `layer`: Ethernet | IP | TCP | UDP | ICMP | VXLAN; `fields` in the order in which they are shown."""

    layer: str
    fields: dict[str, Any]  # Ethernet: src, dst; IP: src, dst, ttl, len, df; TCP, UDP: sport, dport; VXLAN: vni


class Packet(TypedDict):
    """A packet at one place: its headers, outermost first, and the bytes of the frame."""

    layers: list[Layer]
    length: int


class TriedRule(TypedDict):
    """A netfilter rule or a route that was looked at. `result`: taken | skipped (the draw or a match said no)."""

    chain: str
    text: str
    chance: float  # of a statistic match; 1 without one
    draw: float | None  # the random number that was compared with it
    result: str


class Hop(TypedDict):
    """One step of a packet: where, by which rule, what it was before and after, and what became of it."""

    node: str  # Node name, "switch", "router", "internet" or "lan-client"
    netns: str  # "host", "pod/default/web-0", "router" …
    device: str  # eth0, veth…, cni0, flannel.1, lo, lan0, wan0; "" where no interface takes part (netfilter, routing)
    direction: str  # in | out | ""
    step: str  # send | device | bridge | netfilter | routing | encapsulate | decapsulate | switch | deliver
    chain: str  # "nat PREROUTING", "" outside netfilter
    rule: str  # the rule, route or entry that decided, "" if none did
    tried: list[TriedRule]
    before: Packet
    after: Packet
    verdict: str  # forwarded | translated | encapsulated | decapsulated | delivered | dropped | rejected
    reason: Text  # a message id "packet.…" with parameters


class Journey(TypedDict):
    """What became of one packet: the hops there, and those of the first answer (empty if there is none)."""

    source: str
    target: str
    protocol: str
    port: int
    result: str  # delivered | dropped | rejected
    reason: Text
    request: list[Hop]
    reply: list[Hop]


class TraceCard(TypedDict):
    """One entry of the trace."""

    number: int
    at: int
    cause: int  # the nearest event in its chain of causes that has an entry too; 0: none
    actor: str
    id: str
    params: dict[str, Any]


class Clock(TypedDict):
    """Where the run is. `number` is authoritative; times in µs."""

    now: int
    number: int
    head_now: int
    head_number: int
    branch: str
    playing: bool
    speed: float  # 0 = as fast as possible
    achieved: float
    state_hash: str
    mode: str  # live | paused | past


class Keyframe(TypedDict):
    """Everything a viewer needs to draw the run at one moment."""

    components: dict[str, ComponentCard]
    nodes: dict[str, NodeCard]
    pods: dict[str, PodCard]  # by uid
    workloads: dict[str, WorkloadCard]  # by uid
    services: dict[str, ServiceCard]  # by uid
    claims: dict[str, StorageCard]  # by uid
    schedulers: dict[str, SchedulerCard]
    waiting: dict[str, WaitingCard]  # by pod
    decided: dict[str, DecidedCard]  # by pod, the last ones
    counts: dict[str, int]  # pods by status, plus "nodes", "pods", "objects"
