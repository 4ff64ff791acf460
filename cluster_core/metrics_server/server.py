"""metrics-server: scrapes every kubelet each 15 s and answers from its last two scrapes.

What it says is a closed formula of virtual time: a scrape costs no event. CPU is the average between the last two scrapes, so a load
that began shows in full only after two of them; a container is told of once it has run for 10 s. Real metrics-server also waits for
cAdvisor, which looks every 10 to 15 s itself. Upstream: metrics-server `pkg/storage`, `pkg/api`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cluster_core.api.conversion import Form
from cluster_core.api.errors import not_found
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import rfc3339
from cluster_core.apiserver.reading import filter_of
from cluster_core.sim.kernel import US_PER_SECOND, Simulation
from cluster_core.usage.consumption import Consumption
from cluster_core.usage.meter import ContainerMeter, PodMeter

RESOLUTION_US = 15 * US_PER_SECOND
FRESH_US = 10 * US_PER_SECOND
STEADY = "sim.orrery/steady"


@dataclass(frozen=True, slots=True)
class Machine:
    """A node within reach, its labels, and what it takes beside its pods: millicores and bytes."""

    name: str
    labels: dict[str, str]
    cpu: int
    memory: int


class Sources(Protocol):
    """What metrics-server reaches."""

    def running_since(self) -> int | None:
        """When the oldest metrics-server that runs within reach began (µs); None if there is none."""

    def machines(self) -> list[Machine]:
        """The nodes whose kubelets answer."""

    def consumption(self, begin: int, end: int) -> Consumption:
        """Every pod, and the loads between two times (µs)."""


@dataclass(frozen=True, slots=True)
class Scrapes:
    """The times (µs) of the last two scrapes."""

    before: int
    last: int


class MetricsServer:
    """Serves metrics.k8s.io."""

    def __init__(self, sim: Simulation, sources: Sources) -> None:
        self.sim = sim
        self.sources = sources

    def is_available(self) -> bool:
        """Whether a metrics-server runs within reach of the API server."""
        return self.sources.running_since() is not None

    def answer(self, form: Form, request: Request) -> Obj:
        """NodeMetrics or PodMetrics, one or a list. Raises 404."""
        scrapes = self.scrapes()
        if form.kind.kind == "NodeMetrics":
            found, steady = self._nodes(form, scrapes) if scrapes else [], False
        else:
            found, steady = self._pods(form, request, scrapes) if scrapes else ([], False)
        wanted = filter_of(form.kind, request)
        items = [each for each in found if wanted.matches(each)]
        if request.verb == "get":
            return _one(form, request, items)
        metadata = {STEADY: steady} if request.options.get("steady") else {}
        return {"apiVersion": form.api_version, "kind": form.kind.list_kind, "metadata": metadata, "items": items}

    def scrapes(self) -> Scrapes | None:
        """The last two scrapes; None before there were two."""
        began = self.sources.running_since()
        if began is None or self.sim.now < began + RESOLUTION_US:
            return None
        last = self.sim.now - (self.sim.now - began) % RESOLUTION_US
        return Scrapes(last - RESOLUTION_US, last)

    def _pods(self, form: Form, request: Request, scrapes: Scrapes) -> tuple[list[Obj], bool]:
        """The metrics of pods within reach, and whether they stay as they are until something happens."""
        consumption = self.sources.consumption(scrapes.before, self.sim.now)
        near = {machine.name for machine in self.sources.machines()}
        wanted = filter_of(form.kind, request)
        found, steady = [], True
        for pod in sorted(consumption.pods, key=_key):
            if not pod.gone and pod.node in near and wanted.matches({"metadata": _metadata(pod)}):
                steady = steady and consumption.is_still(pod, scrapes.before)
                metrics = self._pod(form, pod, consumption, scrapes)
                found += [metrics] if metrics is not None else []
        return found, steady

    def _pod(self, form: Form, pod: PodMeter, consumption: Consumption, scrapes: Scrapes) -> Obj | None:
        """None while a container is too young to be told of."""
        containers, window = [], RESOLUTION_US
        for container in pod.containers:
            began = container.run_at(scrapes.last)
            if began is None:
                continue
            since = max(began, scrapes.before)
            if scrapes.last - began < FRESH_US:
                return None
            window = min(window, scrapes.last - since)
            cpu = consumption.cpu(pod, container, since, scrapes.last)
            memory = consumption.memory(pod, container, scrapes.last)
            containers.append({"name": container.name, "usage": usage(cpu, memory)})
        if not containers:
            return None
        head = self._head(form, _metadata(pod), scrapes.last, window)
        return {**head, "containers": containers}

    def _nodes(self, form: Form, scrapes: Scrapes) -> list[Obj]:
        consumption = self.sources.consumption(scrapes.before, self.sim.now)
        return [
            {
                **self._head(form, {"name": node.name, "labels": node.labels}, scrapes.last, RESOLUTION_US),
                "usage": usage(*node_usage(node, consumption, scrapes.before, scrapes.last)),
            }
            for node in sorted(self.sources.machines(), key=lambda one: one.name)
        ]

    def _head(self, form: Form, metadata: Obj, last: int, window: int) -> Obj:
        metadata = {**metadata, "creationTimestamp": rfc3339(self.sim.now)}
        times = {"timestamp": rfc3339(last), "window": _duration(window)}
        return {"kind": form.kind.kind, "apiVersion": form.api_version, "metadata": metadata, **times}


def node_usage(node: Machine, consumption: Consumption, begin: int, end: int) -> tuple[int, int]:
    """Nanocores on average between two times (µs), and bytes at the second."""
    cpu, memory = node.cpu * 1_000_000, node.memory
    for pod, container in _on(node.name, consumption.pods):
        cpu += consumption.cpu(pod, container, begin, end)
        memory += consumption.memory(pod, container, end)
    return cpu, memory


def usage(nanocores: int, size: int) -> Obj:
    """Usage as metrics-server writes it."""
    return {"cpu": f"{nanocores}n" if nanocores else "0", "memory": f"{-(-size // 1024)}Ki"}


def _on(node: str, pods: list[PodMeter]) -> Iterator[tuple[PodMeter, ContainerMeter]]:
    return ((pod, container) for pod in pods if pod.node == node for container in pod.containers)


def _one(form: Form, request: Request, items: list[Obj]) -> Obj:
    named = [each for each in items if each["metadata"]["name"] == request.name]
    if not named:
        name = f"{request.namespace}/{request.name}" if form.kind.namespaced else request.name
        raise not_found(f"{form.kind.kind.lower()}.{form.kind.group}", name)
    return named[0]


def _metadata(pod: PodMeter) -> Obj:
    meta: Obj = {"name": pod.name, "namespace": pod.namespace}
    return {**meta, "labels": pod.labels} if pod.labels else meta


def _key(pod: PodMeter) -> tuple[str, str]:
    return pod.key


def _duration(us: int) -> str:
    """As Go writes a duration of less than a minute."""
    text = f"{us / US_PER_SECOND:.3f}".rstrip("0").rstrip(".")
    return f"{text}s"
