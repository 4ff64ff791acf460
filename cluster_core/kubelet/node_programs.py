"""Programs of a node whose work the model does: kube-proxy, flanneld. A container of their image that has the node's network runs them.

What they have programmed in the kernel stays when they end, as on a real node; nobody keeps it up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cluster_core.kubelet.runtime import ContainerRecord

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


class NodePrograms(Protocol):
    """The programs that a kubelet may start, by the name that `Behaviour.program` gives."""

    def begin(self, program: str, node: str) -> None:
        """The first container of it runs on a node."""

    def end(self, program: str, node: str) -> None:
        """The last one has ended."""


class NoPrograms:
    """For kubelets that run alone."""

    def begin(self, program: str, node: str) -> None:
        """Nothing."""

    def end(self, program: str, node: str) -> None:
        """Nothing."""


def begin(worker: PodWorker, record: ContainerRecord) -> None:
    """A container has started."""
    program = _program(worker, record)
    if program:
        worker.kubelet.programs.begin(program, worker.kubelet.node.name)


def end(worker: PodWorker, record: ContainerRecord) -> None:
    """A container has ended; another one of the node may run the same program."""
    program = _program(worker, record)
    if program and not _runs(worker, program):
        worker.kubelet.programs.end(program, worker.kubelet.node.name)


def _program(worker: PodWorker, record: ContainerRecord) -> str:
    """The program that a container is, "" for one that is none, runs something else, or sees only its own network."""
    behaviour = record.behaviour
    return behaviour.program if worker.host_network and not behaviour.runs else ""


def _runs(worker: PodWorker, program: str) -> bool:
    now, kubelet = worker.now, worker.kubelet
    return any(
        state.current is not None and state.running(now) and _program(other, state.current) == program
        for other in kubelet.workers.values()
        for state in other.states.values()
    )
