"""Programs of a node whose work the model does: kube-proxy, flanneld, fluent-bit. A container of their image runs them, if it has of the
node what they need: its network, or its log files.

What they have programmed in the kernel stays when they end, as on a real node; nobody keeps it up to date.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker
    from cluster_core.kubelet.runtime import ContainerRecord

# Programs that read the log files of a node; the others need its network.
READERS = ("fluent-bit",)
# Programs that serve the cluster from wherever their pod is.
OF_PODS = ("kube-scheduler",)
FAILS_US = 50_000


class NodePrograms(Protocol):
    """The programs that a kubelet may start, by the name that `Behaviour.program` gives."""

    def begin(self, program: str, node: str) -> None:
        """The first container of it runs on a node."""

    def end(self, program: str, node: str) -> None:
        """The last one has ended."""

    def begin_in_pod(self, worker: PodWorker, record: ContainerRecord) -> str:
        """A container of a program that serves the cluster runs; why it ends at once, or ""."""

    def end_in_pod(self, worker: PodWorker, record: ContainerRecord) -> None:
        """It has ended."""

    def written(self, node: str, at: int) -> None:
        """A container of a node has written to its log, or will at `at` (µs)."""

    def removing(self, worker: PodWorker) -> None:
        """A pod is gone from its node: its log files and its emptyDirs are about to be removed."""


class NoPrograms:
    """For kubelets that run alone."""

    def begin(self, program: str, node: str) -> None:
        """Nothing."""

    def end(self, program: str, node: str) -> None:
        """Nothing."""

    def begin_in_pod(self, worker: PodWorker, record: ContainerRecord) -> str:
        """Nothing."""
        return ""

    def end_in_pod(self, worker: PodWorker, record: ContainerRecord) -> None:
        """Nothing."""

    def written(self, node: str, at: int) -> None:
        """Nothing."""

    def removing(self, worker: PodWorker) -> None:
        """Nothing."""


class LogWatch:
    """What every log of a node tells that something was written."""

    def __init__(self, programs: NodePrograms, node: str) -> None:
        self.programs = programs
        self.node = node

    def written(self, at: int) -> None:
        """A line has come at `at` (µs)."""
        self.programs.written(self.node, at)


def begin(worker: PodWorker, record: ContainerRecord) -> None:
    """A container has started."""
    program = _program(worker, record)
    if program:
        worker.kubelet.programs.begin(program, worker.kubelet.node.name)
    if _is_of_pods(record):
        refusal = worker.kubelet.programs.begin_in_pod(worker, record)
        if refusal:
            _fail(worker, record, refusal)
    behaviour = record.behaviour
    if behaviour.logs and not behaviour.runs:
        worker.kubelet.programs.written(worker.kubelet.node.name, record.started_at + behaviour.ready_after)


def end(worker: PodWorker, record: ContainerRecord) -> None:
    """A container has ended; another one of the node may run the same program."""
    program = _program(worker, record)
    if program and not _runs(worker, program):
        worker.kubelet.programs.end(program, worker.kubelet.node.name)
    if _is_of_pods(record):
        worker.kubelet.programs.end_in_pod(worker, record)


def _is_of_pods(record: ContainerRecord) -> bool:
    return record.behaviour.program in OF_PODS and not record.behaviour.runs


def _fail(worker: PodWorker, record: ContainerRecord, refusal: str) -> None:
    """The program says why it cannot run, and ends."""
    behaviour, line = record.behaviour, f'"command failed" err="{refusal}"'
    record.behaviour = replace(behaviour, logs=(line,), ready_after=0)
    record.exits_at, record.exit_code = worker.now + FAILS_US, 1


def _program(worker: PodWorker, record: ContainerRecord) -> str:
    """The program that a container is, "" for one that is none, runs something else, or sees only its own pod."""
    behaviour = record.behaviour
    if not behaviour.program or behaviour.runs or behaviour.program in OF_PODS:
        return ""
    allowed = _sees_logs(worker) if behaviour.program in READERS else worker.host_network
    return behaviour.program if allowed else ""


def _sees_logs(worker: PodWorker) -> bool:
    volumes = worker.pod["spec"].get("volumes") or ()
    return any(str((volume.get("hostPath") or {}).get("path", "")).startswith("/var/log") for volume in volumes)


def _runs(worker: PodWorker, program: str) -> bool:
    now, kubelet = worker.now, worker.kubelet
    return any(
        state.current is not None and state.running(now) and _program(other, state.current) == program
        for other in kubelet.workers.values()
        for state in other.states.values()
    )
