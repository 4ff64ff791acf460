"""One row: the judgement of every node about the pods of one signature, brought up to date node by node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.scheduler.framework import CycleState, Plugin
from cluster_core.scheduler.node_cache import NodeChange
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.image_locality import normalized
from cluster_core.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster_core.scheduler.plugins.topology_spread import PodTopologySpread
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.rows.affinity_rules import AffinityRules
from cluster_core.scheduler.rows.domains import Part
from cluster_core.scheduler.rows.layout import HOSTNAME, Layout
from cluster_core.scheduler.rows.pod_index import Carried, PodIndex
from cluster_core.scheduler.rows.spread_rules import SpreadRules
from cluster_core.scheduler.rows.tally import REFUSED, TallyTree
from cluster_core.scheduler.status import Status

Rules = SpreadRules | AffinityRules
KEPT_MAX = 64


@dataclass(frozen=True, slots=True)
class Group:
    """What nodes that are alike to the plugins which look at other nodes have in common: raw scores of the relative plugins, and
    the parts of each rule's domains.
    """

    raw: tuple[int, ...]
    parts: tuple[tuple[Part, ...], ...]


@dataclass(slots=True)
class Judged:
    """What plugins say of a node: a refusal, or the sum of the weighted scores that are final, raw relative ones, and all of them."""

    refusal: Status | None = None
    total: int = 0
    raw: tuple[int, ...] = ()
    scores: tuple[int, ...] = ()


class Row:
    """The judgements of a signature's pods. `usable` is false when PreFilter refuses the pod or narrows the nodes."""

    def __init__(
        self, pod: PodInfo, snapshot: Snapshot, profile: Profile, layout: Layout, index: PodIndex, carried: Carried
    ) -> None:
        self.layout, self.profile = layout, profile
        self.state = CycleState()
        self.change = 0
        self.usable = self._prepare(pod, snapshot)
        self.rules: list[Rules] = []
        if self.usable:
            self.rules = [rules for rules in self._rules(pod, snapshot, index, carried) if rules.domains]
        self.refuses = any(rules.filters and rules.refuses for rules in self.rules)
        self.domains = [domains for rules in self.rules for domains in rules.domains]
        self.images = {normalized(container["image"]) for container in _containers(pod)}
        self.tree = TallyTree(layout.total)
        self.groups: list[Group] = []
        self.refusals: dict[int, Status] = {}
        self._numbers: dict[Group, int] = {}
        self._static: list[Judged] = []
        self._by_usage: dict[int, Judged] = {}
        self._fresh = [True] * layout.total
        if self.usable:
            self._judge_all(pod, snapshot)

    def catch_up(self, pod: PodInfo, snapshot: Snapshot, changes: list[NodeChange]) -> bool:
        """Judge the nodes that changed again. False: an image of the pod is on other nodes now, so the row is void."""
        places: dict[int, None] = {}
        for change in changes:
            place = self.layout.position[change.name]
            if change.pod is None:
                if not self.images.isdisjoint(change.images):
                    return False
                self._static[place] = self._judge(self._static_plugins, pod, place, snapshot)
                places[place] = None
            elif place not in places and not self._is_settled(place, change.name):
                places[place] = None
        for place in places:
            self._enter(pod, place, snapshot, len(places) <= KEPT_MAX)
        return True

    def _is_settled(self, place: int, name: str) -> bool:
        """Whether a node fits as before, with the same total and in the same group: told without asking a plugin."""
        judged = self._by_usage.get(self.layout.usage[place])
        if judged is None or judged.refusal is not None or judged.raw or self.tree.groups[place] == REFUSED:
            return False
        if self.tree.totals[place] != self._static[place].total + judged.total:
            return False
        for domains in self.domains:
            if domains.counts.get(name, 0) != domains.last[place] and domains.included[place]:
                return False
        return True

    def scores_of(self, pod: PodInfo, place: int, snapshot: Snapshot) -> list[tuple[Plugin, int]]:
        """The raw score of every plugin that judges a node by itself."""
        static, usage = self._static[place], self._usage(pod, place, snapshot)
        static_scores = zip(self._static_plugins[1], static.scores, strict=True)
        return [*static_scores, *zip(self._usage_plugins[1], usage.scores, strict=True)]

    def _prepare(self, pod: PodInfo, snapshot: Snapshot) -> bool:
        """Ask PreFilter and PreScore of the plugins that judge a node by itself, and sort them."""
        profile, state = self.profile, self.state
        for plugin in profile.pre_filters:
            if plugin.depends != "cluster":
                answer = plugin.pre_filter(state, pod, snapshot)
                if isinstance(answer, Status) and answer.code == "Skip":
                    state.skip_filter.add(plugin.name)
                elif answer is not None:
                    return False
        for plugin in profile.pre_scorers:
            if plugin.depends != "cluster" and plugin.pre_score(state, pod, [], snapshot) is not None:
                state.skip_score.add(plugin.name)
        filters = [plugin for plugin in profile.filters if plugin.name not in state.skip_filter]
        scorers = profile.active_scorers(state)
        self._static_plugins = _with(filters, "node"), _with(scorers, "node")
        self._usage_plugins = _with(filters, "usage", "pods"), _with(scorers, "usage", "pods")
        self._by_numbers = all(plugin.depends == "usage" for side in self._usage_plugins for plugin in side)
        self.relative = [
            plugin for side in (self._static_plugins, self._usage_plugins) for plugin in side[1] if plugin.relative
        ]
        return True

    def _rules(self, pod: PodInfo, snapshot: Snapshot, index: PodIndex, carried: Carried) -> list[Rules]:
        found: list[Rules] = []
        for plugin in self.profile.plugins:
            if isinstance(plugin, PodTopologySpread):
                found.append(SpreadRules(plugin, pod, snapshot, self.layout, index))
            elif isinstance(plugin, InterPodAffinity):
                found.append(AffinityRules(plugin, pod, snapshot, self.layout, index, carried))
        for rules in found:
            rules.filters = rules.plugin in self.profile.filters
            rules.scores = rules.scores and rules.plugin in self.profile.scorers
        return found

    def _judge_all(self, pod: PodInfo, snapshot: Snapshot) -> None:
        """Every node for the first time; nodes that are alike but for their names once, if the pod asks for no name."""
        by_name = _asks_for_names(pod)
        known: dict[int, Judged] = {}
        for place, like in enumerate(self.layout.likes):
            judged = None if by_name else known.get(like)
            if judged is None:
                judged = known[like] = self._judge(self._static_plugins, pod, place, snapshot)
            self._static.append(judged)
        for place in range(self.layout.total):
            self._enter(pod, place, snapshot)

    def _enter(self, pod: PodInfo, place: int, snapshot: Snapshot, kept: bool = False) -> None:
        name, changed = self.layout.names[place], self._fresh[place]
        for domains in self.domains:
            if domains.refresh(place, name):
                changed = True
        static = self._static[place]
        judged = static if static.refusal is not None else self._usage(pod, place, snapshot)
        if judged.refusal is not None:
            self.refusals[place] = judged.refusal
            self.tree.enter(place, REFUSED, 0, kept)
            self._fresh[place] = True
            return
        group = self.tree.groups[place]
        if changed or judged.raw:
            group = self._number(place, static.raw + judged.raw)
            self._fresh[place] = False
            self.refusals.pop(place, None)
        self.tree.enter(place, group, static.total + judged.total, kept)

    def _number(self, place: int, raw: tuple[int, ...]) -> int:
        parts = tuple([tuple([domains.part(place) for domains in rules.domains]) for rules in self.rules])
        group = Group(raw, parts)
        number = self._numbers.get(group)
        if number is None:
            number = self._numbers[group] = len(self.groups)
            self.groups.append(group)
        return number

    def _usage(self, pod: PodInfo, place: int, snapshot: Snapshot) -> Judged:
        """What the plugins say that look at what is taken of a node: the same of all nodes with the same numbers."""
        if not self._by_numbers:
            return self._judge(self._usage_plugins, pod, place, snapshot)
        usage = self.layout.usage[place]
        judged = self._by_usage.get(usage)
        if judged is None:
            judged = self._by_usage[usage] = self._judge(self._usage_plugins, pod, place, snapshot)
        return judged

    def _judge(
        self, plugins: tuple[list[Plugin], list[Plugin]], pod: PodInfo, place: int, snapshot: Snapshot
    ) -> Judged:
        node, state, weights = self.layout.nodes[place], self.state, self.profile.weights
        for plugin in plugins[0]:
            refusal = plugin.filter(state, pod, node)
            if refusal is not None:
                refusal.plugin = plugin.name
                return Judged(refusal)
        scores = [plugin.score(state, pod, node, snapshot) for plugin in plugins[1]]
        found, raw = 0, []
        for plugin, score in zip(plugins[1], scores, strict=True):
            if plugin.relative:
                raw.append(score)
            else:
                found += weights[plugin.name] * score
        return Judged(None, found, tuple(raw), tuple(scores))


def _with(plugins: list[Plugin], *depends: str) -> list[Plugin]:
    return [plugin for plugin in plugins if plugin.depends in depends]


def _containers(pod: PodInfo) -> list[Any]:
    spec = pod.pod["spec"]
    return [*spec.get("initContainers", ()), *spec.get("containers", ())]


def _asks_for_names(pod: PodInfo) -> bool:
    """Whether its selector or affinity could tell nodes apart by host name or name."""
    spec = pod.pod["spec"]
    asked = str((spec.get("nodeSelector"), (spec.get("affinity") or {}).get("nodeAffinity"), spec.get("nodeName")))
    return HOSTNAME in asked or "matchFields" in asked or bool(spec.get("nodeName"))
