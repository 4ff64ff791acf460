"""kube-scheduler as a process: informers fill the queue and the node cache, one pod at a time gets a node, binding is a request.

Upstream: `pkg/scheduler/scheduler.go`, `eventhandlers.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.objects import set_condition
from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import rfc3339
from cluster_core.client.api_client import ApiClient
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.scheduler.binding import (
    SCHEDULER_ERROR,
    BindingCycle,
    HoldOver,
    answered,
    begin,
    bound,
    hold_over,
    news,
)
from cluster_core.scheduler.changes import asks_differently, same_for_scheduling
from cluster_core.scheduler.explanation import explain
from cluster_core.scheduler.framework import CycleState, Write
from cluster_core.scheduler.lister import InformerLister
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.pod_info import PodInfo, counts_on_node, wants_scheduling
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.queue import FLUSH_US, QueuedPod, SchedulingQueue
from cluster_core.scheduler.schedule_one import Verdict
from cluster_core.scheduler.score_rows import ScoreRows
from cluster_core.sim.process import Message
from cluster_core.sim.shelf import Shelf

CYCLE_US = 300
VERDICTS_MAX = 500

FREED = ("NodeResourcesFit", "NodePorts")


@dataclass(slots=True)
class Cycle(Message):
    """Time for the next scheduling cycle."""

    handler = "on_cycle"


@dataclass(slots=True)
class BackoffOver(Message):
    """A pod's back-off has ended."""

    handler = "on_backoff_over"


@dataclass(slots=True)
class LeftOver(Message):
    """A pod has been parked for five minutes since `since`."""

    handler = "on_left_over"

    key: str
    since: int


class Scheduler(InformerProcess):
    """The default scheduler. `verdicts` keeps the last decision per pod key, for the decision view."""

    def __init__(self, sim: Any, name: str, host: str, qps: int = 50, burst: int = 100) -> None:
        super().__init__(sim, name, host, "system:kube-scheduler")
        self.scheduler_name = "default-scheduler"
        self.client = ApiClient(self, "system:kube-scheduler", self.server, qps, burst)
        self.events = EventRecorder(
            self, ApiClient(self, "system:kube-scheduler", self.server, qps, burst), self.scheduler_name
        )
        self.profile = Profile([plugin() for plugin in PLUGINS], self.scheduler_name)
        self.queue = SchedulingQueue()
        self.cache = NodeCache(InformerLister(self.informers))
        self.rows = ScoreRows(self.profile)
        self.assumed: dict[str, str] = {}
        self.binding: dict[str, BindingCycle] = {}
        self.start = 0
        self.verdicts: Shelf[str, Verdict] = Shelf()
        self.attempts = 0
        self._cycle_set = False
        self.add_informer(Informer("pods"))
        self.add_informer(Informer("nodes"))
        for resource in self.profile.resources:
            self.add_informer(Informer(resource))

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Keep the queue and the node cache in step with the API."""
        if resource == "nodes":
            self._node_changed(old, new)
        elif resource == "pods":
            self._pod_changed(old, new)
        else:
            news(self, resource)

    def on_sync(self, resource: str) -> None:
        """After a batch: run a cycle if pods wait."""
        self._wake()

    def on_cycle(self, _message: Cycle) -> None:
        """Schedule one pod."""
        self._cycle_set = False
        if not self.has_synced:
            return
        queued = self.queue.pop()
        if queued is None:
            return
        pod = self.informers["pods"].get(queued.key)
        if pod is not None and wants_scheduling(pod, self.scheduler_name):
            self._schedule(queued, PodInfo.of(pod))
        self._wake()

    def on_backoff_over(self, _message: BackoffOver) -> None:
        """Pods whose back-off has ended are active again."""
        due = self.queue.flush_backoff(self.sim.now)
        if due is not None:
            self.alarm(due, BackoffOver())
        self._wake()

    def on_left_over(self, message: LeftOver) -> None:
        """Nothing has helped a parked pod for five minutes: try it all the same."""
        if self.queue.left_over(message.key, message.since):
            self._move(lambda queued: queued.key == message.key)
            self._wake()

    def on_hold_over(self, message: HoldOver) -> None:
        """A PreBind plugin wants to be asked again."""
        hold_over(self, message.uid)

    def on_result(self, token: Any, response: Response) -> None:
        """A binding, a status patch or an Event has answered."""
        if token[0] == "event":
            self.events.answered(token, response)
        elif token[0] == "bind":
            bound(self, token[1], response)
        elif token[0] == "pre-bind":
            answered(self, token[1], token[2], response)

    def restart(self) -> None:
        """Begin again with an empty queue and cache."""
        self.queue, self.cache = SchedulingQueue(), NodeCache(InformerLister(self.informers))
        self.assumed, self.binding, self.start, self._cycle_set = {}, {}, 0, False
        self.profile = Profile([plugin() for plugin in PLUGINS], self.scheduler_name)
        self.rows = ScoreRows(self.profile)
        self.events.restart()
        super().restart()

    def explain(self, pod: Obj, draws: bool) -> dict[str, Any]:
        """The full decision about a pod as things are now, as plain JSON; with `draws` a tie is drawn as in a cycle."""
        info = PodInfo.of(pod)
        draw = self.sim.streams.stream("scheduler/ties").randrange if draws else None
        found = explain(info, self.cache.snapshot(), self.profile, draw, self.start)
        return {**found.as_card(), "scheduler": self.scheduler_name}

    @property
    def nodes(self) -> dict[str, NodeInfo]:
        """The nodes as the scheduler sees them, assumed pods included."""
        return self.cache.nodes

    def assume(self, pod: PodInfo, node: str) -> None:
        """The pod counts as being on the node from now on, though it is not bound yet."""
        self.assumed[pod.uid] = node
        self.cache.add_pod(node, pod)

    def forget(self, pod: PodInfo, node: str) -> None:
        """The pod does not go to the node after all."""
        self.assumed.pop(pod.uid, None)
        if node in self.nodes:
            self.cache.remove_pod(node, pod.uid)

    def retry(self, queued: QueuedPod) -> None:
        """An attempt failed for a reason that will pass."""
        self.alarm(self.queue.retry(queued, self.sim.now), BackoffOver())

    def write(self, token: Any, write: Write) -> None:
        """Make a request as the scheduler."""
        fields = {"body": write.body} if write.body is not None else {}
        self.request(
            self.client,
            token,
            write.verb,
            write.resource,
            namespace=write.namespace,
            name=write.name,
            subresource=write.subresource,
            options=write.options,
            **fields,
        )

    def failed(
        self, queued: QueuedPod, pod: PodInfo, message: str, plugins: list[str], reason: str = "Unschedulable"
    ) -> None:
        """An attempt failed: the pod waits for what could help the plugins that refused it, or backs off if none did; and
        it is told, by an Event and in the pod's status. Upstream: handleSchedulingFailure.
        """
        if plugins or reason == "Unschedulable":
            self.queue.park(queued, plugins, self.sim.now)
            self.alarm(self.sim.now + FLUSH_US, LeftOver(queued.key, queued.since))
        else:
            self.retry(queued)
        self.events.event(pod.pod, "Warning", "FailedScheduling", message)
        condition = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
        known = pod.pod.get("status", {}).get("conditions", [])
        conditions = set_condition(known, condition, rfc3339(self.sim.now))
        if conditions != known:
            namespace, _, name = pod.key.partition("/")
            body = {"status": {"conditions": conditions}}
            options = {"patch_type": "strategic"}
            self.write(("status",), Write("patch", "pods", name, namespace, body, "status", options))

    def _schedule(self, queued: QueuedPod, pod: PodInfo) -> None:
        self.attempts += 1
        stream = self.sim.streams.stream("scheduler/ties")
        verdict, state = self.rows.schedule(pod, self.cache, self.sim.now, stream.randrange, self.start)
        verdict.number, verdict.attempt = self.sim.number, queued.attempts
        if verdict.nodes:
            self.start = (self.start + verdict.looked_at) % verdict.nodes
        self._remember(verdict)
        if verdict.node is None:
            self._unschedulable(queued, pod, verdict)
            return
        self.record("scheduler.decided", object=f"pod/{pod.key}", **verdict.as_card())
        begin(self, queued, pod, verdict.node, state)

    def _unschedulable(self, queued: QueuedPod, pod: PodInfo, verdict: Verdict) -> None:
        self.record("scheduler.unschedulable", object=f"pod/{pod.key}", message=verdict.message, **verdict.as_card())
        reason = SCHEDULER_ERROR if verdict.error else "Unschedulable"
        self.failed(queued, pod, verdict.message, [] if verdict.error else verdict.plugins(), reason)

    def _remember(self, verdict: Verdict) -> None:
        self.verdicts.pop(verdict.pod, None)
        self.verdicts[verdict.pod] = verdict
        while len(self.verdicts) > VERDICTS_MAX:
            del self.verdicts[next(iter(self.verdicts))]

    def _pod_changed(self, old: Obj | None, new: Obj | None) -> None:
        pod = new or old
        assert pod is not None
        key, uid = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}", pod["metadata"]["uid"]
        if new is not None and counts_on_node(new):
            self._pod_on_node(new, key, uid)
        elif new is not None and wants_scheduling(new, self.scheduler_name):
            if uid not in self.assumed:
                self.queue.add(key, new["spec"].get("priority", 0), self.sim.now)
            if old is not None and asks_differently(old, new):
                self._move(lambda queued: queued.key == key)
        else:
            self.queue.remove(key)
            self._pod_left(old, uid)

    def _pod_on_node(self, pod: Obj, key: str, uid: str) -> None:
        self.queue.remove(key)
        name = pod["spec"]["nodeName"]
        if name in self.nodes:
            self.cache.settle_pod(name, pod)
        self.assumed.pop(uid, None)

    def _pod_left(self, old: Obj | None, uid: str) -> None:
        name = self.assumed.pop(uid, None) or (old or {}).get("spec", {}).get("nodeName")
        node = self.nodes.get(name or "")
        if node is not None and uid in node.pods:
            self.cache.remove_pod(node.name, uid)
            self._move(lambda queued: any(name in FREED for name in queued.plugins))

    def _node_changed(self, old: Obj | None, new: Obj | None) -> None:
        if new is None:
            assert old is not None
            self.cache.drop(old["metadata"]["name"])
            return
        if old is not None and same_for_scheduling(old, new):
            return
        info = NodeInfo.of(new)
        known = self.nodes.get(info.name)
        if known is not None:
            for there in known.pods.values():
                info.add_pod(there)
        else:
            for pod in self.informers["pods"].objects():
                if counts_on_node(pod) and pod["spec"]["nodeName"] == info.name:
                    info.add_pod(PodInfo.of(pod))
        self.cache.put(info)
        self._move(lambda queued: self._node_helps(queued, info, known))

    def _node_helps(self, queued: QueuedPod, node: NodeInfo, before: NodeInfo | None) -> bool:
        """The queueing hint for a node that came or changed: a plugin that refused would take it now and did not before."""
        found = self.informers["pods"].get(queued.key)
        if found is None:
            return False
        pod = PodInfo.of(found)
        state = CycleState()
        self.profile.pre_filter(state, pod, self.cache.snapshot())
        return any(
            plugin.filter(state, pod, node) is None
            and (before is None or plugin.filter(state, pod, before) is not None)
            for plugin in self.profile.plugins
            if plugin.name in queued.plugins
        )

    def _move(self, helps: Callable[[QueuedPod], bool]) -> None:
        due = self.queue.move(helps, self.sim.now)
        if due is not None:
            self.alarm(due, BackoffOver())

    def _wake(self) -> None:
        if self.queue.active and not self._cycle_set and self.has_synced:
            self._cycle_set = True
            self.alarm(self.sim.now + CYCLE_US, Cycle())
