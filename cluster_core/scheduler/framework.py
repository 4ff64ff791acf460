"""The scheduling framework: what a plugin is, what it answers, what it may look at.

Upstream: `k8s.io/kube-scheduler/framework/interface.go`. Extension points here: PreEnqueue, PreFilter (with AddPod and RemovePod), Filter,
PostFilter, PreScore, Score, NormalizeScore, Reserve, PreBind; Bind is the scheduler's own request. Real Kubernetes also has
Permit and PostBind, at which no default plugin has anything to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from cluster_core.api.request import Obj, Response
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import ERROR, NodeStatuses, Status

if TYPE_CHECKING:
    from cluster_core.scheduler.profile import Profile

MAX_NODE_SCORE = 100
UNSIGNABLE = object()


class StateData:
    """What a plugin keeps in the cycle state. One that its AddPod and RemovePod change says how to `clone` itself."""

    __slots__ = ()

    def clone(self) -> StateData:
        """Another one that may be changed; this one, if it never is."""
        return self


@dataclass(slots=True)
class CycleState:
    """What plugins have found out about the pod of one cycle, by plugin name; and who has nothing to do in it."""

    data: dict[str, Any] = field(default_factory=dict)
    skip_filter: set[str] = field(default_factory=set)
    skip_score: set[str] = field(default_factory=set)

    def clone(self) -> CycleState:
        """A copy for a dry run: pods may be added and removed in it."""
        return CycleState(
            {name: data.clone() for name, data in self.data.items()}, set(self.skip_filter), set(self.skip_score)
        )


@dataclass(slots=True)
class PreFilterResult:
    """Only these nodes need a look; the cycle looks at those that every plugin names."""

    nodes: set[str]


@dataclass(slots=True)
class PostFilterResult:
    """What a PostFilter plugin did about a pod that fits nowhere.

    status: None if it made the pod schedulable (by eviction, say), else why not. `nominate`: the node to nominate, "" to clear
    an older nomination, None to leave it. `decision` is plain data for the scheduler process that has to carry it out.
    """

    status: Status | None
    nominate: str | None = None
    decision: Any = None


@dataclass(slots=True)
class Write:
    """A request that a plugin wants the scheduler to make; the fields of `ClientProcess.request`."""

    verb: str
    resource: str
    name: str
    namespace: str = ""
    body: Obj | None = None
    subresource: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Hold:
    """PreBind is not done: make these writes, and ask again after their answers, after news of the plugin's resources, and at `until` (µs)."""

    writes: list[Write] = field(default_factory=list)
    until: int | None = None


class Plugin:
    """One scheduling rule. A plugin overrides the extension points that it has an opinion at; the others are not called.

    `args` is its pluginConfig. A plugin may keep a state of its own between cycles (plain data, it is part of the world), which
    only Reserve, Unreserve and PreBind may change. `resources` are the kinds that it reads through `snapshot.lister`.
    """

    name: ClassVar[str]
    weight: ClassVar[int] = 1
    relative: ClassVar[bool] = False  # whether a normalized score depends on the other nodes
    # What Filter and Score look at: the "node" object, the numbers of its "usage", its "pods", or those of other nodes ("cluster").
    depends: ClassVar[str] = "pods"
    resources: ClassVar[tuple[str, ...]] = ()
    events: ClassVar[tuple[str, ...]] = ()  # cluster events that may undo a refusal (`cluster_events`)

    def __init__(self, args: Obj | None = None) -> None:
        self.args: Obj = args or {}

    def sign(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        """What the plugin looks at besides `pod.signature` and the nodes: plain and hashable, or UNSIGNABLE if the
        judgement of another pod can never stand for this one's. Upstream: KEP-5598 (SignPlugin).
        """
        return None

    def hint(self, event: str, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """Whether one of `events`, seen closer, may make a pod schedulable that this plugin refused. Upstream: QueueingHintFn."""
        return True

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Keep a pod out of the queue until one of `events` lets it in."""
        return None

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFilterResult | Status | None:
        """Look at the pod before any node: refuse it, narrow the nodes, skip, or keep something in `state`."""
        return None

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """In a dry run `other` is on the node too: change what PreFilter kept."""

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """In a dry run `other` is gone from the node: change what PreFilter kept."""

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node, or None if it will do."""
        return None

    def post_filter(
        self, profile: Profile, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult:
        """No node fits: what to do about it. Nothing may be changed here: what is to happen is in the result."""
        raise NotImplementedError

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> Status | None:
        """Look at the nodes that fit before any is scored: skip, or keep something in `state`."""
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> int:
        """How good a node is, any integer; `normalize` brings it to 0…100."""
        raise NotImplementedError

    def normalized(self, score: int, smallest: int, largest: int) -> int:
        """A score as 0…100, where `smallest` and `largest` are the extremes of all nodes that fit."""
        return score

    def normalize(self, state: CycleState, pod: PodInfo, scores: dict[str, int]) -> dict[str, int]:
        """Scores of all nodes that fit as 0…100."""
        smallest, largest = min(scores.values(), default=0), max(scores.values(), default=0)
        return {name: self.normalized(score, smallest, largest) for name, score in scores.items()}

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        """The pod will go to this node: note what it takes. A refusal undoes the reservations of all plugins."""
        return None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """The pod does not go to this node after all: forget what `reserve` noted, if it did."""

    def pre_bind(
        self, state: CycleState, pod: PodInfo, node: str, snapshot: Snapshot, now: int
    ) -> Hold | Status | None:
        """Before the binding: None to go on, `Hold` to be asked again, a Status to give up (the pod is tried again later)."""
        return None

    def answered(self, state: CycleState, pod: PodInfo, write: Write, response: Response) -> Status | None:
        """A write of `pre_bind` was answered; a Status gives up. `pre_bind` is asked again after this."""
        return None if response.ok else Status(ERROR, [str(response.body.get("message", ""))])


def overrides(plugin: Plugin, point: str) -> bool:
    """Whether a plugin has an opinion at an extension point (a method of `Plugin`)."""
    own: Callable[..., Any] = getattr(type(plugin), point)
    return own is not getattr(Plugin, point)


def default_normalized(score: int, largest: int, reverse: bool) -> int:
    """Scale to 0…100 by the largest; reversed when a low raw score is good. Upstream: `helper/normalize_score.go`."""
    if largest == 0:
        return MAX_NODE_SCORE if reverse else score
    scaled = MAX_NODE_SCORE * score // largest
    return MAX_NODE_SCORE - scaled if reverse else scaled
