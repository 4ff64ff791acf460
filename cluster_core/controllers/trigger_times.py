"""When what a Service's endpoints show last changed: the annotation from which the delay of the network's programming is measured.

Upstream: `staging/src/k8s.io/endpointslice/trigger_time_tracker.go`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


@dataclass(slots=True)
class TriggerTimes:
    """Per Service (its key): when it was created, and when each of its pods last became Ready or not, as of the last turn."""

    known: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def changed(self, key: str, service: Obj, pods: Iterable[tuple[str, str]]) -> str:
        """The earliest time that is news since the last turn, "" if none is; `pods` are (uid, time of the condition Ready)."""
        created = service["metadata"]["creationTimestamp"]
        before, times = self.known.get(key), {uid: time for uid, time in pods if time}
        self.known[key] = (created, times)
        if before is None:
            return str(created)
        news = [time for uid, time in times.items() if time > before[1].get(uid, "")]
        if created > before[0]:
            news.append(created)
        return min(news, default="")

    def forget(self, key: str) -> None:
        """The Service is gone, or has no endpoints."""
        self.known.pop(key, None)


def ready_since(pod: Obj) -> str:
    """When a pod's condition Ready last changed, "" if it has none."""
    found = condition(pod, "Ready")
    return str((found or {}).get("lastTransitionTime") or "")


def annotated(meta: Obj, annotations: dict[str, str] | None, time: str) -> Obj:
    """An object's metadata with these annotations and the time, without it if there is no news."""
    told = {name: value for name, value in (annotations or {}).items() if name != ANNOTATION}
    told |= {ANNOTATION: time} if time else {}
    kept = {name: value for name, value in meta.items() if name != "annotations"}
    return {**kept, "annotations": told} if told else kept
