"""Programs that a kubelet runs in a container beside the main one: lifecycle hooks and exec probes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.kubelet.environment import MissingReference
from cluster_core.shell.descriptors import Descriptor, SinkEnd
from cluster_core.shell.loading import NotRunnable
from cluster_core.shell.userland import NoMoreTasks

if TYPE_CHECKING:
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.pod_worker import PodWorker

OUTPUT_MAX = 10_240


@dataclass(slots=True, eq=False)
class Beside:
    """One such program: what it wrote, its exit code (None while it runs), and the step of the pod worker that its end calls."""

    worker: PodWorker
    state: ContainerState
    step: str
    pid: int = 0
    output: bytes = b""
    code: int | None = None

    def accept(self, at: int, stream: int, data: bytes) -> None:
        """Keep the beginning of what it writes."""
        self.output = (self.output + data)[:OUTPUT_MAX]

    def beside_ended(self, code: int, at: int) -> None:
        """It has ended."""
        self.code = code
        if not self.worker.kubelet.down:
            self.worker.alarm(max(at, self.worker.now), self.step, self.state)


def run(worker: PodWorker, state: ContainerState, command: list[str], step: str) -> Beside:
    """Run a program in a container. One that cannot be started has ended with 126 or 127 at once, and says why."""
    found, record = Beside(worker, state, step), state.current
    containers = worker.kubelet.containers
    assert record is not None
    try:
        running = containers.open(worker, state, record)
        fds: dict[int, Descriptor] = {0: Descriptor(), 1: SinkEnd(found, 1), 2: SinkEnd(found, 2)}
        found.pid = containers.run_beside(running, command, fds, found)
    except (NotRunnable, NoMoreTasks, MissingReference) as refusal:
        found.output = not_started(command[0] if command else "", refusal).encode()
        found.beside_ended(getattr(refusal, "status", 126), worker.now)
    return found


def not_started(name: str, refusal: Exception) -> str:
    """runc's words for a program that is not there."""
    if isinstance(refusal, NotRunnable):
        path = f"stat {name}: no such file or directory" if "/" in name else "executable file not found in $PATH"
        why = path if refusal.status == 127 else "permission denied"
    else:
        why = "resource temporarily unavailable"
    return f'OCI runtime exec failed: exec failed: unable to start container process: exec: "{name}": {why}: unknown'
