"""kube-scheduler as a process: informers fill the queue and the node cache, one pod at a time gets a node, binding is a request.

Upstream: `pkg/scheduler/scheduler.go`, `eventhandlers.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.scheduler import preempting
from cluster_core.scheduler.binding import BindingCycle, HoldOver, answered, begin, bound, hold_over, news
from cluster_core.scheduler.configuration import Configuration, read_configuration
from cluster_core.scheduler.event_handlers import node_changed, other_changed, pod_changed
from cluster_core.scheduler.explanation import explain
from cluster_core.scheduler.failure import fail
from cluster_core.scheduler.framework import Write
from cluster_core.scheduler.lister import InformerLister
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preempting import Preempting
from cluster_core.scheduler.preemption import Candidate
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.queue import QueuedPod, SchedulingQueue
from cluster_core.scheduler.queueing_hints import QueueingHints
from cluster_core.scheduler.schedule_one import Verdict
from cluster_core.scheduler.score_rows import ScoreRows
from cluster_core.sim.process import Message, TopologyChanged
from cluster_core.sim.shelf import Shelf

if TYPE_CHECKING:
    from random import Random

NAME, USER = "kube-scheduler", "system:kube-scheduler"
CYCLE_US = 300
VERDICTS_MAX = 500


@dataclass(slots=True)
class Cycle(Message):
    """Time for the next scheduling cycle."""

    handler = "on_cycle"


@dataclass(slots=True)
class Flush(Message):
    """A back-off has ended, or a pod has been unschedulable for five minutes."""

    handler = "on_flush"


class Scheduler(InformerProcess):
    """A scheduler: one process, a profile for every scheduler name that it answers to.

    `given` is its KubeSchedulerConfiguration; ConfigurationError if it would not start with it. `verdicts` keeps the last decision per
    pod key, for the decision view; `drawn` by a pod's uid the node that a tie is decided for, where a recording is played again.
    """

    def __init__(
        self,
        sim: Any,
        name: str,
        host: str,
        qps: int = 50,
        burst: int = 100,
        user: str = USER,
        given: Obj | None = None,
    ) -> None:
        configuration = read_configuration(given or {})
        super().__init__(sim, name, host, user)
        self.client = ApiClient(self, user, self.server, qps, burst)
        self.teller = ApiClient(self, user, self.server, qps, burst)
        self.verdicts: Shelf[str, Verdict] = Shelf()
        self.attempts = 0
        self.drawn: dict[str, str] = {}
        self.add_informer(Informer("pods"))
        self.add_informer(Informer("nodes"))
        self.configure(given or {}, configuration)

    def configure(self, given: Obj, configuration: Configuration) -> None:
        """Run with another configuration from the next start on: `given` as it was written, `configuration` as it was read."""
        self.given = given
        self.recorders = {one.scheduler_name: self._recorder(one) for one in configuration.profiles}
        self._begin(configuration)
        for resource in dict.fromkeys(name for profile in configuration.profiles for name in profile.resources):
            if resource not in self.informers:
                self.add_informer(Informer(resource))

    def _recorder(self, profile: Profile) -> EventRecorder:
        return EventRecorder(self, self.teller, profile.scheduler_name)

    def _begin(self, configuration: Configuration) -> None:
        """An empty queue and an empty cache."""
        self.profiles = {profile.scheduler_name: profile for profile in configuration.profiles}
        self.preempting = _preempting(configuration.profiles)
        self.queue = SchedulingQueue(QueueingHints(configuration.profiles), self.sim.now, configuration.backoff)
        self.cache = NodeCache(InformerLister(self.informers), self.chance)
        self.cache.nominated = self.queue.nominator.by_node
        self.rows = {name: ScoreRows(profile) for name, profile in self.profiles.items()}
        self.assumed: dict[str, str] = {}
        self.binding: dict[str, BindingCycle] = {}
        self.start = 0
        self._cycle_set = False
        self._flush_at: int | None = None

    @property
    def scheduler_name(self) -> str:
        """The name of its first profile."""
        return next(iter(self.profiles))

    def profile_of(self, pod: PodInfo) -> Profile:
        """The profile that a pod names."""
        return self.profiles[pod.pod["spec"]["schedulerName"]]

    def events_of(self, pod: PodInfo) -> EventRecorder:
        """Who tells about a pod, or about those that have to go for it: its profile's scheduler name is the source."""
        return self.recorders[pod.pod["spec"]["schedulerName"]]

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Keep the queue and the node cache in step with the API."""
        if resource == "nodes":
            node_changed(self, old, new)
        elif resource == "pods":
            pod_changed(self, old, new)
        else:
            other_changed(self, old, new)
            news(self, resource)

    def on_sync(self, resource: str) -> None:
        """After a batch: run a cycle if pods wait."""
        self.wake()

    def on_cycle(self, _message: Cycle) -> None:
        """Schedule one pod."""
        self._cycle_set = False
        queued = self.queue.pop(self.sim.now) if self.has_synced else None
        if queued is not None:
            self._schedule(queued)
        self.wake()

    def on_flush(self, _message: Flush) -> None:
        """Pods may be tried again because time has passed."""
        self._flush_at = None
        self.queue.flush(self.sim.now)
        self.wake()

    def on_hold_over(self, message: HoldOver) -> None:
        """A PreBind plugin wants to be asked again."""
        hold_over(self, message.uid)

    def on_result(self, token: Any, response: Response) -> None:
        """A binding, a status patch or an Event has answered."""
        if token[0] == "event":
            self.recorders[token[1]].answered(token, response)
            return
        if token[0] == "bind":
            bound(self, token[1], response)
        elif token[0] == "pre-bind":
            answered(self, token[1], token[2], response)
        elif token[0] == "preempt":
            preempting.answered(self, token[1], token[2], token[3], response)
        self.wake()

    def crash(self) -> None:
        """What it knew was in memory."""
        super().crash()
        self._begin(read_configuration(self.given))

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """A scheduler in a pod ends with its machine. The control plane's programs stand on a machine that nobody switches off."""
        machine = self.sim.processes.get(f"containerd/{self.host}")
        if self.name != NAME and not self.down and machine is not None and machine.down:
            self.crash()
        else:
            super().on_topology_changed(message)

    def restart(self) -> None:
        """Begin again with an empty queue and cache."""
        self._begin(read_configuration(self.given))
        for recorder in self.recorders.values():
            recorder.restart()
        super().restart()

    def explain(self, pod: Obj, draws: bool, part: str = "") -> dict[str, Any]:
        """The full decision about a pod as things are now, as plain JSON; with `draws` lots are drawn as in a cycle, which
        changes this scheduler. With `part` only nodes with that in their names are rows.
        """
        info = PodInfo.of(pod)
        self.attempts += draws
        draw, profile = self._ties().randrange if draws else None, self.profile_of(info)
        found = explain(info, self.cache.snapshot(), profile, draw, self.start)
        return {**found.as_card(part), "scheduler": profile.scheduler_name}

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

    def chance(self, what: str, count: int) -> int:
        """A number below `count` by lot, the same for one attempt however often it is asked."""
        return self.sim.streams.once(f"{self.name}/{what}/{self.attempts}", 0, count - 1)

    def _ties(self) -> Random:
        return self.sim.streams.stream("scheduler/ties" if self.name == NAME else f"{self.name}/ties")

    def _schedule(self, queued: QueuedPod) -> None:
        pod = queued.info
        if pod.terminating:
            self.queue.done(pod.key)
            words = f"skip schedule deleting pod: {pod.key}"
            self.events_of(pod).event(pod.pod, "Warning", "FailedScheduling", words)
            return
        self.attempts += 1
        rows = self.rows[pod.pod["spec"]["schedulerName"]]
        verdict, state = rows.schedule(pod, self.cache, self.sim.now, self._ties().randrange, self.start)
        if self.drawn.get(pod.uid) in verdict.tied:
            verdict.node = self.drawn[pod.uid]
        verdict.number, verdict.attempt = self.sim.number, queued.attempts
        if verdict.nodes:
            self.start = (self.start + verdict.looked_at) % verdict.nodes
        self._remember(verdict)
        if verdict.node is None:
            self._unschedulable(queued, verdict)
            return
        self.record("scheduler.decided", object=f"pod/{pod.key}", **verdict.as_card())
        begin(self, queued, pod, verdict.node, state)

    def _unschedulable(self, queued: QueuedPod, verdict: Verdict) -> None:
        key = queued.key
        self.record("scheduler.unschedulable", object=f"pod/{key}", message=verdict.message, **verdict.as_card())
        if isinstance(verdict.decision, Candidate):
            # Held back before it is in the queue again, where an event of its flight might let it go at once.
            preempting.begin(self, queued.info, verdict.decision)
        fail(self, queued, verdict.message, [] if verdict.error else verdict.plugins(), verdict.nominate)

    def _remember(self, verdict: Verdict) -> None:
        self.verdicts.pop(verdict.pod, None)
        self.verdicts[verdict.pod] = verdict
        while len(self.verdicts) > VERDICTS_MAX:
            del self.verdicts[next(iter(self.verdicts))]

    def wake(self) -> None:
        """See that there is a cycle while pods wait, and an alarm for what time will change."""
        if self.has_synced and not self._cycle_set and self.queue.can_pop:
            self._cycle_set = True
            self.alarm(self.sim.now + CYCLE_US, Cycle())
        due = self.queue.due()
        if due is not None and (self._flush_at is None or due < self._flush_at):
            self._flush_at = due
            self.alarm(max(due, self.sim.now), Flush())


def _preempting(profiles: list[Profile]) -> dict[str, Preempting]:
    """Whose victims are being evicted: what the profiles' DefaultPreemption plugins know, all in one."""
    shared: dict[str, Preempting] = {}
    for plugin in (plugin for profile in profiles for plugin in profile.plugins):
        if isinstance(plugin, DefaultPreemption):
            plugin.preempting = shared
    return shared
