"""The machines under a scenario's nodes: kubelets that stop and come back, and a machine that joins."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.config import Machine
from cluster_core.cluster.joining import refusal
from cluster_core.cluster.world import World
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.sim.process import TopologyChanged


class MachineError(Exception):
    """A machine that cannot be what a step wants; says why."""


def machine(found: dict[str, Any]) -> Machine:
    """A row of nodes.yaml, or of a step `add`."""
    labels = {str(name): str(value) for name, value in (found.get("labels") or {}).items()}
    taints = tuple(found.get("taints") or ())
    return Machine(str(found["name"]), str(found["cpu"]), str(found["memory"]), labels, taints)


def stop(world: World, name: str) -> None:
    """The kubelet of a node stops; its containers run on. Raises MachineError."""
    kubelet = _kubelet(world, name)
    if not kubelet.down:
        kubelet.stop_program()
        _tell(world, name)


def start(world: World, name: str) -> None:
    """The kubelet of a node runs again. Raises MachineError."""
    kubelet = _kubelet(world, name)
    if kubelet.down:
        kubelet.restart()
        _tell(world, name)


def join(world: World, found: dict[str, Any]) -> None:
    """A machine is switched on, and its kubelet registers a Node. Raises MachineError."""
    joins = machine(found)
    if f"kubelet/{joins.name}" in world.sim.processes:
        start(world, joins.name)
        return
    why = refusal(world, joins.name)
    if why:
        raise MachineError(why)
    world.add_machine(joins).start()


def _kubelet(world: World, name: str) -> Kubelet:
    found = world.sim.processes.get(f"kubelet/{name}")
    if not isinstance(found, Kubelet):
        raise MachineError(f"there is no node {name!r}")
    return found


def _tell(world: World, subject: str) -> None:
    for name, process in world.sim.processes.items():
        if hasattr(process, "on_topology_changed"):
            world.sim.schedule(world.sim.now, name, TopologyChanged(subject))
