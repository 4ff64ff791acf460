"""How long an autoscaler need not look: its next looks worked out ahead, as long as nothing happens. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import Selector
from cluster_core.api.timestamp import parse
from cluster_core.controllers.autoscaling.normalizing import Memory, normalized, window_of
from cluster_core.controllers.autoscaling.outcome import Outcome
from cluster_core.controllers.autoscaling.samples import CPU_INITIALIZATION_US, is_running_ready

STEADY = "sim.orrery/steady"
METRICS_SERVER = ("k8s-app", "metrics-server")


@dataclass(slots=True)
class Nap:
    """Looks that are left out: the first would begin at `start`, one every `beat`, each would recommend `wanted` (None: nothing) after
    `took`. `until` is the one that comes to something else, None if none does."""

    start: int
    beat: int
    took: int
    wanted: int | None
    window: int
    until: int | None = None
    target: tuple[str, str] = ("", "")
    selector: Selector = field(default_factory=Selector)

    def next_after(self, now: int) -> int:
        """When the first look begins that is not before `now`."""
        return self.start + max(0, -(-(now - self.start) // self.beat)) * self.beat

    def remember(self, memory: Memory, now: int) -> None:
        """Note the recommendations of the looks that were left out before the one that begins at about `now`, as far back as a window
        reaches."""
        if self.wanted is None:
            return
        first = max(self.start, self.next_after(now - self.window - self.beat))
        for at in range(first, now - self.beat // 2, self.beat):
            memory.recommended(self.wanted, at + self.took, self.window)

    def depends_on(self, resource: str, old: Obj | None, new: Obj | None) -> bool:
        """Whether a change of an object may change what the looks come to."""
        if resource != "pods":
            meta = (new or old or {})["metadata"]
            return self.target == (resource, f"{meta.get('namespace', '')}/{meta['name']}")
        namespace = self.target[1].partition("/")[0]
        for pod in (old, new):
            if pod is not None:
                labels = pod["metadata"].get("labels") or {}
                mine = pod["metadata"]["namespace"] == namespace and self.selector.matches(labels)
                if mine or labels.get(METRICS_SERVER[0]) == METRICS_SERVER[1]:
                    return True
        return False


def nap_after(
    hpa: Obj, outcome: Outcome, answers: list[Response], pods: list[Obj], memory: Memory, times: tuple[int, int, int]
) -> Nap | None:
    """The nap after a look that changed nothing; None if the next may. `times`: when it began, when it ended, the period (µs)."""
    began, now, period = times
    if outcome.events or outcome.rescale or not all(_is_steady(answer) for answer in answers):
        return None
    if any(_is_starting(pod, now) for pod in pods):
        return None
    spec = hpa["spec"]
    nap = Nap(now + period, period + now - began, now - began, outcome.wanted, window_of(spec))
    if outcome.wanted is not None:
        nap.until = _turning_point(nap, spec, outcome, memory)
    return nap


def _turning_point(nap: Nap, spec: Obj, outcome: Outcome, memory: Memory) -> int | None:
    """The first look that comes to another size or to other conditions than the one before."""
    assert outcome.wanted is not None
    ahead, conditions = memory.copy(), {one["type"]: one.get("reason") for one in outcome.conditions}
    at, last = nap.start, nap.start + nap.window + 2 * nap.beat
    while at <= last:
        found = normalized(ahead, spec, outcome.current, outcome.wanted, at + nap.took)
        same = (conditions.get("AbleToScale"), conditions.get("ScalingLimited")) == (found.able[0], found.limit[0])
        if found.replicas != outcome.current or not same:
            return at
        at += nap.beat
    return None


def _is_steady(answer: Response) -> bool:
    return bool(answer.ok and (answer.body.get("metadata") or {}).get(STEADY))


def _is_starting(pod: Obj, now: int) -> bool:
    """Whether a pod may count otherwise soon without changing: it is not Ready, and young. (Steady metrics are of pods that were
    Ready before the last two scrapes.)"""
    start = (pod.get("status") or {}).get("startTime")
    return bool(start and not is_running_ready(pod) and parse(start) + CPU_INITIALIZATION_US > now)
