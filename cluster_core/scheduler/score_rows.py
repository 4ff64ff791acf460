"""Scores that are kept: one row per kind of pod, in which only the nodes that changed are judged again.

Pods with the same signature get the same verdict of every plugin on every node, so a Deployment of 1,000 pods costs one
full table and 1,000 corrections of one column. The plugins stay the specification: `schedule_one` judges every node, and
both choose the same node by the same draw. Upstream has the beginning of it: KEP-5598, opportunistic batching.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any

from cluster_core.scheduler.framework import UNSIGNABLE, CycleState, Plugin, overrides
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.pod_info import PodInfo, Signature
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.schedule_one import TABLE_MAX, Verdict, schedule_one
from cluster_core.scheduler.status import NodeStatuses, Status

ROWS_MAX = 64


class Row:
    """The judgement of every node about the pods of one signature: refusals, raw scores per plugin, weighted totals.

    `buckets` has the feasible nodes by total, each list in order of name; `counts` how often a relative plugin gave a
    score, of which the largest decides how all are normalized.
    """

    def __init__(self, epoch: int, plugins: list[Plugin], weights: dict[str, int]) -> None:
        self.epoch = epoch
        self.change = 0
        self.plugins = plugins
        self.weights = weights
        self.relative = [place for place, plugin in enumerate(plugins) if plugin.relative]
        self.refused: dict[str, Status] = {}
        self.scores: dict[str, list[int]] = {}
        self.shares: dict[str, dict[str, int]] = {}
        self.totals: dict[str, int] = {}
        self.buckets: dict[int, list[str]] = {}
        self.counts: dict[int, dict[int, int]] = {place: {} for place in self.relative}
        self.largest: dict[int, int] = dict.fromkeys(self.relative, 0)

    def judge(self, name: str, refused: Status | None, scores: list[int]) -> None:
        """Enter the judgement of one node in place of the last one."""
        self._withdraw(name)
        if refused is not None:
            self.refused[name] = refused
            return
        self.scores[name] = scores
        for place in self.relative:
            counts = self.counts[place]
            counts[scores[place]] = counts.get(scores[place], 0) + 1
        self._enter(name)

    def settle(self) -> None:
        """After the last judgement: if the largest score of a relative plugin is another one, every total is."""
        largest = {place: max(counts, default=0) for place, counts in self.counts.items()}
        if largest != self.largest:
            self.largest = largest
            self.buckets.clear()
            for name in self.scores:
                self._enter(name)

    def _weighted(self, name: str) -> dict[str, int]:
        """The normalized and weighted score of every plugin for a node."""
        scores, largest = self.scores[name], self.largest
        return {
            plugin.name: self.weights[plugin.name] * plugin.normalized(scores[place], 0, largest.get(place, 0))
            for place, plugin in enumerate(self.plugins)
        }

    def _enter(self, name: str) -> None:
        self.shares[name] = weighted = self._weighted(name)
        total = sum(weighted.values())
        self.totals[name] = total
        insort(self.buckets.setdefault(total, []), name)

    def _withdraw(self, name: str) -> None:
        self.refused.pop(name, None)
        scores = self.scores.pop(name, None)
        if scores is None:
            return
        for place in self.relative:
            counts = self.counts[place]
            counts[scores[place]] -= 1
            if not counts[scores[place]]:
                del counts[scores[place]]
        total = self.totals.pop(name)
        bucket = self.buckets[total]
        del bucket[bisect_left(bucket, name)]
        if not bucket:
            del self.buckets[total]


class ScoreRows:
    """The rows of a scheduler. They are made of the node cache alone, so a checkpoint leaves them out."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._signers = [plugin for plugin in profile.plugins if overrides(plugin, "sign")]
        self._rows: dict[Signature, Row] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the rows."""
        return {**self.__dict__, "_rows": {}}

    def schedule(
        self, pod: PodInfo, cache: NodeCache, now: int, draw: Callable[[int], int], start: int = 0
    ) -> tuple[Verdict, CycleState]:
        """Choose a node for a pod, as `schedule_one` does; so does it itself where no row can stand for the pod, and where no
        node fits. The state of a pod that a row stood for is empty.
        """
        snapshot = cache.snapshot()
        key = self._signature(pod, snapshot)
        row = self._row(key, pod, cache, snapshot) if key else None
        if row is None or not row.totals:
            return schedule_one(pod, snapshot, self.profile, now, draw, start)
        return self._choose(row, pod, snapshot, now, draw), CycleState()

    def _choose(self, row: Row, pod: PodInfo, snapshot: Snapshot, now: int, draw: Callable[[int], int]) -> Verdict:
        total = len(snapshot.nodes)
        verdict = Verdict(pod.key, now, nodes=total, feasible=len(row.totals), looked_at=total)
        first = heapq.nsmallest(TABLE_MAX, row.refused)
        verdict.refused = NodeStatuses(total, {name: row.refused[name] for name in first})
        if verdict.feasible == 1:
            (verdict.node,) = row.totals
            return verdict
        self._tabulate(row, verdict)
        tied = row.buckets[max(row.buckets)]
        verdict.tied = tied[:TABLE_MAX]
        verdict.node = tied[draw(len(tied)) if len(tied) > 1 else 0]
        return verdict

    def _tabulate(self, row: Row, verdict: Verdict) -> None:
        """The scores of the best nodes."""
        for total in sorted(row.buckets, reverse=True):
            for name in row.buckets[total][: TABLE_MAX - len(verdict.totals)]:
                verdict.totals[name] = total
                verdict.scores[name] = row.shares[name]
            if len(verdict.totals) >= TABLE_MAX:
                return

    def _signature(self, pod: PodInfo, snapshot: Snapshot) -> Signature | None:
        """What pods that get the same verdicts have in common; None if this one has to be judged alone."""
        if pod.nominated_node or snapshot.nominated:
            return None
        found = [pod.signature]
        for plugin in self._signers:
            sign = plugin.sign(pod, snapshot)
            if sign is UNSIGNABLE:
                return None
            found.append(sign)
        return tuple(found)

    def _row(self, key: Signature, pod: PodInfo, cache: NodeCache, snapshot: Snapshot) -> Row:
        """The row of the pod's signature, brought up to date."""
        row, state = self._rows.pop(key, None), CycleState()
        missed = cache.changed_since(row.change) if row is not None and row.epoch == cache.epoch else None
        if row is None or missed is None:
            self.profile.pre_score(state, pod, [], snapshot)
            row = Row(cache.epoch, self.profile.active_scorers(state), self.profile.weights)
            missed = list(cache.nodes)
        if missed:
            self._judge(pod, row, missed, snapshot, state)
        row.change = cache.changes
        self._rows[key] = row
        while len(self._rows) > ROWS_MAX:
            del self._rows[next(iter(self._rows))]
        return row

    def _judge(self, pod: PodInfo, row: Row, names: list[str], snapshot: Snapshot, state: CycleState) -> None:
        profile = self.profile
        whole = profile.pre_filter(state, pod, snapshot).refusal
        for name in dict.fromkeys(names):
            node = snapshot.nodes[name]
            refused = whole or profile.filter(state, pod, node)
            scores = [] if refused else [plugin.score(state, pod, node, snapshot) for plugin in row.plugins]
            row.judge(name, refused, scores)
        row.settle()
