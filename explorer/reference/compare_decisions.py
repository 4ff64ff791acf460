"""The scheduler's decisions, one after the other, in the situation in which the recorded one made them.

The recording logs every plugin's weighted score for each node that fits (but scores of 0), and why no node fits. Here the same plugins judge
the recorded pod on the recorded nodes, with the pods that were there then. What decisions lead to is compared elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cluster_core.api.kinds import KINDS
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.schedule_one import schedule_one
from explorer.reference.recording import Recording
from explorer.reference.sides import Sides
from explorer.reference.story import Obj

DAY_S = 86_400
# The recorder was late by up to that much; the scheduler may have known of a change already, or not yet.
LATE_S = (0.0, 0.03, 0.15)
FIT = "nodes are available:"


def compare(sides: Sides) -> None:
    """Compare every decision that was logged."""
    situation = Situation(sides.recording)
    for number, entry in enumerate(sides.recording.scores):
        pod = situation.pods.get(entry["pod"])
        if pod is None:
            continue
        where = f"Pod {sides.names[0].text(entry['pod'].partition('/')[2])}, decision {number}"
        at = situation.at(entry["time"])
        found = [situation.judged(pod, sorted(entry["scores"]), at + late) for late in LATE_S]
        if entry["scores"]:
            _compare_scores(sides, where, entry, [scores for scores, _ in found])
        if "nofit" in entry:
            told = [_fit(message) for _, message in found]
            wanted = _fit(entry["nofit"])
            sides.report.note(wanted in told, "decisions", where, "why no node fits", wanted, told[-1])
        if "bound" in entry:
            situation.bind(pod, entry["bound"])


def _compare_scores(sides: Sides, where: str, entry: Obj, found: list[dict[str, dict[str, int]]]) -> None:
    """Each node's score by each plugin, and that the chosen node is one of the best."""
    scores = next((one for one in found if _same(one, entry["scores"])), found[0])
    for node in sorted(entry["scores"]):
        theirs = {plugin: score for plugin, score in entry["scores"][node].items() if score}
        ours = {plugin: score for plugin, score in scores.get(node, {}).items() if score}
        sides.report.compare("scores", where, f"node {node}", theirs, ours)
    totals = {node: sum(given.values()) for node, given in scores.items()}
    best = sorted(node for node, total in totals.items() if total == max(totals.values(), default=0))
    chosen = entry.get("bound") or entry.get("chosen")
    sides.report.note(chosen in best, "decisions", where, "the chosen node is among the best", chosen, best)


def _same(ours: dict[str, dict[str, int]], theirs: dict[str, dict[str, int]]) -> bool:
    return all(
        {plugin: score for plugin, score in ours.get(node, {}).items() if score}
        == {plugin: score for plugin, score in given.items() if score}
        for node, given in theirs.items()
    )


def _fit(message: str) -> str:
    """The sentence about the nodes; what preemption says to it depends on what goes on elsewhere."""
    head, found, rest = message.partition(FIT)
    return f"{head}{found}{rest.partition('. ')[0].rstrip('.')}." if found else message


class Situation:
    """The nodes and pods of a recording at a moment; pods count from when they were bound."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.pods: dict[str, Obj] = {}
        self.gone: dict[str, float] = {}
        self.bound: dict[str, str] = {}
        self.profile = Profile([kind() for kind in PLUGINS])
        self.lister = _lister(recording)
        for change in recording.story.of("Pod"):
            key = f"{change.obj['metadata'].get('namespace', 'default')}/{change.name}"
            spec = {name: value for name, value in change.obj["spec"].items() if name != "nodeName"}
            self.pods.setdefault(key, {**change.obj, "spec": spec})
            if change.type == "DELETED" or change.obj.get("status", {}).get("phase") in ("Succeeded", "Failed"):
                self.gone.setdefault(key, change.at)

    def at(self, time: str) -> float:
        """A time of day of the log in seconds of the recording."""
        begun = datetime.fromtimestamp(self.recording.begun, UTC)
        moment = datetime.strptime(time, "%H:%M:%S.%f").replace(
            year=begun.year, month=begun.month, day=begun.day, tzinfo=UTC
        )
        return (moment - begun).total_seconds() % DAY_S

    def bind(self, pod: Obj, node: str) -> None:
        """A decision was carried out."""
        self.bound[_key(pod)] = node

    def judged(self, pod: Obj, feasible: list[str], at: float) -> tuple[dict[str, dict[str, int]], str]:
        """Every plugin's weighted score for each node that fits, and what is said if none does."""
        nodes = self._nodes(at)
        snapshot, info = Snapshot(nodes, {}, self.lister, self._nominated(at)), PodInfo.of(pod)
        if not feasible:
            return {}, schedule_one(info, snapshot, self.profile, 0, lambda n: 0)[0].message
        state, there = CycleState(), [node for node in feasible if node in nodes]
        self.profile.pre_filter(state, info, snapshot)
        self.profile.pre_score(state, info, [nodes[node] for node in there], snapshot)
        found: dict[str, dict[str, int]] = {node: {} for node in there}
        for plugin in self.profile.active_scorers(state):
            raw = {node: plugin.score(state, info, nodes[node], snapshot) for node in there}
            for node, score in plugin.normalize(state, info, raw).items():
                found[node][plugin.name] = score * plugin.weight
        return found, ""

    def _nominated(self, at: float) -> dict[str, list[PodInfo]]:
        """The pods for which preemption has made room, by the node."""
        waiting: dict[str, Obj] = {}
        for change in self.recording.story.of("Pod"):
            node = change.obj.get("status", {}).get("nominatedNodeName")
            if change.at <= at and _key(change.obj) not in self.bound:
                waiting.pop(_key(change.obj), None)
                if node and change.type != "DELETED":
                    waiting[_key(change.obj)] = change.obj
        found: dict[str, list[PodInfo]] = {}
        for pod in waiting.values():
            found.setdefault(pod["status"]["nominatedNodeName"], []).append(PodInfo.of(pod))
        return found

    def _nodes(self, at: float) -> dict[str, NodeInfo]:
        found = {obj["metadata"]["name"]: obj for obj in self.recording.initial if obj.get("kind") == "Node"}
        for change in self.recording.story.of("Node"):
            if change.at <= at:
                found[change.name] = change.obj
                if change.type == "DELETED":
                    del found[change.name]
        nodes = {name: NodeInfo.of(obj) for name, obj in sorted(found.items())}
        for key, node in self.bound.items():
            if node in nodes and self.gone.get(key, float("inf")) > at:
                nodes[node].add_pod(PodInfo.of(self.pods[key]))
        return nodes


def _key(pod: Obj) -> str:
    return f"{pod['metadata'].get('namespace', 'default')}/{pod['metadata']['name']}"


def _lister(recording: Recording) -> ObjectLister:
    """Everything else that plugins ask for, as it was recorded last."""
    resources = {kind.kind: kind.resource for kind in KINDS}
    found: dict[str, dict[str, Any]] = {}
    rows = [(obj.get("kind", ""), obj) for obj in recording.initial]
    rows += [(change.kind, change.obj) for change in recording.story.changes]
    for kind, obj in rows:
        if kind in resources and kind not in ("Pod", "Node", "Event"):
            found.setdefault(resources[kind], {})[_key(obj)] = obj
    return ObjectLister({resource: list(objects.values()) for resource, objects in found.items()})
