"""What the schedulers of a world wait for and have decided, for whoever looks from outside. Nothing changes by reading it.

A decision is not kept: what is known of it is its event. Its explanation comes from a world that is taken back to just before that
event (`Cluster.begin_decision`), where the plugins are asked once more about every node, and ties are drawn as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.scheduler.queue_report import report
from cluster_core.scheduler.scheduler import Scheduler

if TYPE_CHECKING:
    from cluster_core.cluster.cluster import Cluster, Moment
    from cluster_core.cluster.world import World
    from cluster_core.sim.trace import TraceEntry

KNOWN_MAX = 32
DECISIONS = ("scheduler.decided", "scheduler.unschedulable")

Card = dict[str, Any]


def queues(world: World) -> list[Card]:
    """The queue of every scheduler (`scheduler.queue_report`)."""
    return [report(one) for one in world.schedulers]


def explained_now(world: World, pod: str, part: str = "") -> Card:
    """What the pod's scheduler would decide about it as things are now. LookupError: no such pod, or nobody would decide."""
    scheduler = responsible(world, pod)
    found = world.objects("pods")[pod]
    if found["spec"].get("nodeName"):
        raise LookupError(f"pod {pod} is on {found['spec']['nodeName']}; no decision about it is recorded")
    if scheduler is None:
        name = found["spec"].get("schedulerName", "")
        raise LookupError(f"pod {pod} waits for scheduler {name}, which does not run here")
    verdict = scheduler.verdicts.get(pod)
    attempt = 1 + (verdict.attempt if verdict is not None else 0)
    return {**scheduler.explain(found, draws=False, part=part), "at": world.sim.now, "attempt": attempt}


@dataclass(slots=True)
class PastDecision:
    """A decision that is looked at again: a twin of the run on its way to just before the event in which it was made.

    `known` are the cards of the run's last explanations by event and part of a name: what has happened stays as it is.
    """

    number: int
    twin: Cluster | None
    moment: Moment | None
    pod: str
    at: int
    attempt: int
    known: dict[tuple[int, str], Card]

    def approach(self, budget: int) -> bool:
        """Run at most `budget` events towards the decision; whether it is reached."""
        return self.twin is None or self.moment is None or self.twin.approach(self.moment, budget)

    def card(self, part: str = "") -> Card:
        """The decision, made once more (once only: its draws are used up); with `part` only nodes with that in their names are rows."""
        key = (self.number, part)
        if self.twin is None:
            return self.known[key]
        world = self.twin.world
        scheduler = responsible(world, self.pod)
        if scheduler is None:
            raise LookupError(f"the scheduler that decided about pod {self.pod} is not in this run")
        found = scheduler.explain(world.objects("pods")[self.pod], draws=True, part=part)
        self.known[key] = card = {**found, "at": self.at, "attempt": self.attempt}
        while len(self.known) > KNOWN_MAX:
            del self.known[next(iter(self.known))]
        return card


def past_decision(cluster: Cluster, pod: str, part: str = "") -> PastDecision | None:
    """The last decision about a pod up to the playhead, None if there was none. LookupError: there is no such pod."""
    scheduler = responsible(cluster.world, pod)
    verdict = scheduler.verdicts.get(pod) if scheduler is not None else None
    if verdict is not None:
        number, at, attempt = verdict.number, verdict.at, verdict.attempt
        if at < 0:
            raise LookupError(f"pod {pod} got its node as the cluster came up, before the recorded history begins")
    else:
        entry = _last_told(cluster, pod)
        if entry is None:
            return None
        number, at, attempt = entry.number, entry.at, entry.params.get("attempt", 1)
    if (number, part) in cluster.explained:
        return PastDecision(number, None, None, pod, at, attempt, cluster.explained)
    twin, moment = cluster.begin_fork(number - 1)
    return PastDecision(number, twin, moment, pod, at, attempt, cluster.explained)


def _last_told(cluster: Cluster, pod: str) -> TraceEntry | None:
    """The trace's last entry of a decision about a pod: schedulers remember only the newest ones."""
    about, trace = f"pod/{pod}", cluster.trace
    for place in range(trace.until(cluster.number) - 1, -1, -1):
        entry = trace.entries[place]
        if entry.message_id in DECISIONS and entry.params.get("object") == about:
            return entry
    return None


def responsible(world: World, pod: str) -> Scheduler | None:
    """The scheduler that a pod names; None if nobody has that name. LookupError: there is no such pod."""
    found = world.objects("pods").get(pod)
    if found is None:
        raise LookupError(f"there is no pod {pod}")
    name = found["spec"].get("schedulerName", "")
    known = [one for one in world.schedulers if name in one.profiles]
    return next((one for one in known if not one.down), next(iter(known), None))
