"""What the kubelet tells of its containers' consumption: the facts behind /metrics/resource. Upstream: `pkg/kubelet/server/stats`, cAdvisor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.kubelet.container_state import INIT, ContainerState
from cluster_core.usage.meter import ContainerMeter, PodMeter

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

GONE_MAX = 50


def pod_meter(worker: PodWorker) -> PodMeter:
    """The meter of a pod as it stands."""
    meta = worker.pod["metadata"]
    containers = tuple(_container(worker, state) for state in worker.states.values())
    labels = meta.get("labels") or {}
    node = worker.kubelet.node.name
    return PodMeter(meta["namespace"], meta["name"], worker.uid, node, labels, containers, tuple(worker.facts.turns))


def last_meter(worker: PodWorker) -> PodMeter:
    """The meter of a pod that goes: it is not Ready any more."""
    note_turn(worker, False)
    return replace(pod_meter(worker), gone=True)


def note_turn(worker: PodWorker, ready: bool) -> None:
    """A pod became Ready, or is no longer."""
    if (len(worker.facts.turns) % 2 == 1) != ready:
        worker.facts.turns.append(worker.now)


def turns_of(status: Obj) -> list[int]:
    """The turns of a pod that the kubelet finds: one if it is Ready, to the second."""
    for condition in status.get("conditions") or ():
        if condition["type"] == "Ready" and condition["status"] == "True" and condition.get("lastTransitionTime"):
            return [parse(condition["lastTransitionTime"])]
    return []


def _container(worker: PodWorker, state: ContainerState) -> ContainerMeter:
    records = worker.kubelet.runtime.containers.get(worker.uid, {}).get(state.name) or []
    limits = (records[-1].resources if records else state.spec.get("resources") or {}).get("limits") or {}
    behaviour = records[-1].behaviour if records else None
    return ContainerMeter(
        state.name,
        tuple((record.started_at, record.exits_at) for record in records),
        behaviour.cpu if behaviour is not None else 0,
        behaviour.memory if behaviour is not None else 0,
        parse_cpu(limits["cpu"]) if "cpu" in limits else 0,
        parse_bytes(limits["memory"]) if "memory" in limits else 0,
        state.role == INIT,
    )
