"""The metrics of the recorded cluster: synthetic, without lag, served by the recorder itself. The README of the recordings says so."""

from __future__ import annotations

from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.reading import filter_of
from cluster_core.cluster.usage import consumption
from cluster_core.cluster.world import World
from cluster_core.metrics_server.server import STEADY, usage
from cluster_core.sim.kernel import US_PER_SECOND

WINDOW_US = 15 * US_PER_SECOND


class RecordedMetrics:
    """Answers for metrics.k8s.io with what the containers take in this very moment."""

    def __init__(self, world: World) -> None:
        self.world = world

    def is_available(self) -> bool:
        """The recorder always answered."""
        return True

    def answer(self, form: Form, request: Request) -> Obj:
        """PodMetrics of the pods that run."""
        now = self.world.sim.now
        known = consumption(self.world, now - WINDOW_US, now)
        wanted = filter_of(form.kind, request)
        items: list[Obj] = []
        steady = True
        for pod in sorted(known.pods, key=lambda one: one.key):
            if pod.gone or not wanted.matches({"metadata": {"namespace": pod.namespace, "labels": pod.labels}}):
                continue
            steady = steady and known.is_still(pod, now - WINDOW_US)
            running: list[dict[str, Any]] = [
                {"name": one.name, "usage": usage(known.cpu(pod, one, now, now + 1), known.memory(pod, one, now))}
                for one in pod.containers
                if one.run_at(now) is not None
            ]
            meta = {"name": pod.name, "namespace": pod.namespace, "labels": pod.labels}
            items += (
                [{"metadata": meta, "timestamp": rfc3339(now), "window": "15s", "containers": running}]
                if running
                else []
            )
        return {"metadata": {STEADY: steady}, "items": items}
