"""A profile: the plugins of one scheduler name with their weights, run point by point. Upstream: `pkg/scheduler/framework/runtime`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.scheduler.framework import CycleState, Plugin, PostFilterResult, PreFilterResult, overrides
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.status import ERROR, SKIP, UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status


@dataclass(slots=True)
class PreFiltered:
    """What the PreFilter plugins say: a refusal of the pod, or the only nodes (None: all) with those who named them; and each
    plugin's answer.
    """

    refusal: Status | None = None
    nodes: set[str] | None = None
    plugins: list[str] = field(default_factory=list)
    answers: dict[str, PreFilterResult | Status | None] = field(default_factory=dict)

    def narrow(self, plugin: str, nodes: set[str]) -> None:
        """A plugin names the only nodes that need a look."""
        self.plugins.append(plugin)
        self.nodes = nodes if self.nodes is None else self.nodes & nodes
        if not self.nodes:
            self.refusal = Status(UNRESOLVABLE, [_nowhere(self.plugins)])


class Profile:
    """Plugins in the order in which they run at every extension point; `without`: who leaves a point out, by its method's name."""

    def __init__(
        self,
        plugins: list[Plugin],
        scheduler_name: str = "default-scheduler",
        weights: dict[str, int] | None = None,
        percentage: int = 0,
        without: dict[str, set[str]] | None = None,
    ) -> None:
        self.plugins = plugins
        self.scheduler_name = scheduler_name
        self.weights = {plugin.name: (weights or {}).get(plugin.name, plugin.weight) for plugin in plugins}
        self.percentage = percentage
        absent = without or {}
        self.pre_enqueuers = _at("pre_enqueue", plugins, absent)
        self.pre_filters = _at("pre_filter", plugins, absent)
        self.filters = _at("filter", plugins, absent)
        self.post_filters = _at("post_filter", plugins, absent)
        self.pre_scorers = _at("pre_score", plugins, absent)
        self.scorers = _at("score", plugins, absent)
        self.reservers = _at("reserve", plugins, absent)
        self.pre_binders = _at("pre_bind", plugins, absent)

    @property
    def resources(self) -> list[str]:
        """The kinds that the plugins read besides nodes and pods, in order."""
        return list(dict.fromkeys(name for plugin in self.plugins for name in plugin.resources))

    def pre_filter(self, state: CycleState, pod: PodInfo, snapshot: Snapshot) -> PreFiltered:
        """Ask every plugin before any node is looked at. A refusal that nothing could resolve ends it; after one that
        eviction could, the others are asked too, because preemption needs what they find out.
        """
        found = PreFiltered()
        for plugin in self.pre_filters:
            answer = found.answers[plugin.name] = plugin.pre_filter(state, pod, snapshot)
            if isinstance(answer, PreFilterResult):
                found.narrow(plugin.name, answer.nodes)
            elif answer is not None and answer.code == SKIP:
                state.skip_filter.add(plugin.name)
            elif answer is not None:
                found.refusal = _by(plugin, answer)
            if found.refusal is not None and found.refusal.code != UNSCHEDULABLE:
                break
        return found

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """The first plugin's refusal of a node, or None if it will do."""
        skipped = state.skip_filter
        for plugin in self.filters:
            if plugin.name in skipped:
                continue
            status = plugin.filter(state, pod, node)
            if status is not None:
                return _by(plugin, status)
        return None

    def filter_nominated(self, state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot) -> Status | None:
        """As `filter`, and with the nominated pods of no lower priority on the node too: the pod has to fit both ways,
        because they may come (and take the room) or not come (and leave an affinity alone). Upstream:
        RunFilterPluginsWithNominatedPods.
        """
        coming = [
            other
            for other in snapshot.nominated.get(node.name, ())
            if other.priority >= pod.priority and other.uid != pod.uid
        ]
        if coming:
            there, with_them = node.copy(), state.clone()
            for other in coming:
                there.add_pod(other)
                self.add_pod(with_them, pod, other, there)
            status = self.filter(with_them, pod, there)
            if status is not None:
                return status
        return self.filter(state, pod, node)

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """In a dry run `other` is on the node too."""
        for plugin in self.pre_filters:
            if plugin.name not in state.skip_filter:
                plugin.add_pod(state, pod, other, node)

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """In a dry run `other` is gone from the node."""
        for plugin in self.pre_filters:
            if plugin.name not in state.skip_filter:
                plugin.remove_pod(state, pod, other, node)

    def post_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot, refused: NodeStatuses
    ) -> PostFilterResult | None:
        """What can be done about a pod that fits nowhere; None without PostFilter plugins.

        The first plugin that helps ends it, and one that says UnschedulableAndUnresolvable; else all reasons are told.
        """
        if not self.post_filters:
            return None
        last = PostFilterResult(Status(UNSCHEDULABLE))
        reasons: list[str] = []
        for plugin in self.post_filters:
            result = plugin.post_filter(self, state, pod, snapshot, refused)
            if result.status is None or result.status.code in (UNRESOLVABLE, ERROR):
                return result
            if result.nominate is not None:
                last = result
            reasons.extend(result.status.reasons)
        return PostFilterResult(Status(UNSCHEDULABLE, reasons), last.nominate, last.decision)

    def pre_score(self, state: CycleState, pod: PodInfo, nodes: list[NodeInfo], snapshot: Snapshot) -> None:
        """Ask every plugin before any node is scored."""
        for plugin in self.pre_scorers:
            if plugin.pre_score(state, pod, nodes, snapshot) is not None:
                state.skip_score.add(plugin.name)

    def active_scorers(self, state: CycleState) -> list[Plugin]:
        """The plugins that score in this cycle."""
        return [plugin for plugin in self.scorers if plugin.name not in state.skip_score]

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> Status | None:
        """Reserve at every plugin; the first refusal undoes all of it."""
        for plugin in self.reservers:
            status = plugin.reserve(state, pod, node)
            if status is not None:
                self.unreserve(state, pod, node)
                return _by(plugin, status)
        return None

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """Undo what was reserved, the last plugin first."""
        for plugin in reversed(self.reservers):
            plugin.unreserve(state, pod, node)


def _at(point: str, plugins: Iterable[Plugin], absent: dict[str, set[str]]) -> list[Plugin]:
    without = absent.get(point, set())
    return [plugin for plugin in plugins if overrides(plugin, point) and plugin.name not in without]


def _by(plugin: Plugin, status: Status) -> Status:
    status.plugin = plugin.name
    return status


def _nowhere(plugins: list[str]) -> str:
    if len(plugins) == 1:
        return f"node(s) didn't satisfy plugin {plugins[0]}"
    return f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}] simultaneously"
