"""The memory of a node as its kernel sees it: who outgrows a limit is killed, and when the machine has none left, who can be spared most.

What a container takes is a formula of time, so the moment at which it is too much is known before: one alarm there, nothing in between. A program takes its memory
in the time in which it starts. The kernel kills all processes of a container together (`memory.oom.group`), as the kubelet sets it up.
Real Linux swaps out and drops caches first; here memory is what the program keeps.
Upstream: `pkg/kubelet/oom`, `pkg/kubelet/qos/policy.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.quantity import parse_bytes
from cluster_core.kubelet.metering import pod_meter
from cluster_core.kubelet.termination import die
from cluster_core.usage.growth import HORIZON_US, Growth, growth_of, together
from cluster_core.usage.machine import system_memory

if TYPE_CHECKING:
    from cluster_core.api.request import Obj
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker
    from cluster_core.kubelet.runtime import ContainerRecord

Member = tuple["PodWorker", "ContainerState", "ContainerRecord", Growth]
SPARED, KILLED_FIRST = -997, 1000
NODE_CRITICAL = 2_000_001_000


class NodeMemory:
    """`base` is what the containers take that run without a load, an upper bound; `serial` voids earlier alarms."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.capacity = parse_bytes(kubelet.node.memory)
        self.system = system_memory(self.capacity)
        self.base = 0
        self.serial = 0

    def started(self, state: ContainerState, record: ContainerRecord) -> None:
        """A container has started: look closer if it may become too much for it or for the node."""
        self.base += record.behaviour.memory
        limit = memory_limit(record)
        full = self.system + self.base > self.kubelet.eviction.memory_level
        if full or (limit and record.behaviour.memory > limit) or self.kubelet.traffic.takes_memory:
            self.look()

    def changed(self) -> None:
        """A load or the readiness of a pod has changed."""
        if self.kubelet.traffic.takes_memory:
            self.look()

    def look(self) -> None:
        """Work out when the next limit is passed, and be there."""
        now, members = self.kubelet.sim.now, self.members()
        self.base = sum(growth.base for *_, growth in members)
        moments = [at for member in members if (at := self._outgrows(member)) is not None]
        node = self.node_growth(members)
        full = node.first_above(self.capacity, now)
        if full is not None:
            moments.append(full)
        pressed = node.first_above(self.kubelet.eviction.memory_level, now)
        if pressed is not None:
            self.kubelet.eviction.expect(pressed)
        if not node.is_still(now):
            moments.append(now + HORIZON_US)
        self.serial += 1
        if moments:
            self.kubelet.node_alarm(max(now, min(moments)), "memory", self.serial)

    def wake(self, serial: int) -> None:
        """A limit has been passed, or the loads are to be followed further."""
        if serial != self.serial:
            return
        now = self.kubelet.sim.now
        for worker, state, record, growth in self.members():
            limit = memory_limit(record)
            if limit and self._settled(record) <= now and growth.at(now, now) > limit:
                self._kill(worker, state, record, limit, growth.at(now, now))
        members = self.members()
        if members and self.node_growth(members).at(now, now) > self.capacity:
            self._spare_the_node(members)
        self.look()

    def members(self) -> list[Member]:
        """The containers that run, and what each takes from now on."""
        now, found = self.kubelet.sim.now, []
        loads = self.kubelet.traffic.on_memory(now)
        for worker in self.kubelet.workers.values():
            running = [state for state in worker.states.values() if state.running(now)]
            meter = pod_meter(worker) if loads and running else None
            for state in running:
                record = state.current
                assert record is not None
                growth = Growth(record.behaviour.memory)
                if meter is not None:
                    container = next(one for one in meter.containers if one.name == state.name)
                    growth = growth_of(meter, container, loads, meter.is_ready(now))
                found.append((worker, state, record, growth))
        return found

    def node_growth(self, members: list[Member]) -> Growth:
        """What is taken of the machine as a whole."""
        return together([growth for *_, growth in members], self.system)

    def used(self) -> int:
        """Bytes that are taken now."""
        now = self.kubelet.sim.now
        return self.node_growth(self.members()).at(now, now)

    def by_container(self) -> dict[str, dict[str, int]]:
        """Bytes that the containers take now, by the uid of their pod and their name."""
        now, found = self.kubelet.sim.now, dict[str, dict[str, int]]()
        for worker, state, record, growth in self.members():
            taken, limit = growth.at(now, now), memory_limit(record)
            found.setdefault(worker.uid, {})[state.name] = min(taken, limit) if limit else taken
        return found

    def _outgrows(self, member: Member) -> int | None:
        _, _, record, growth = member
        limit = memory_limit(record)
        at = growth.first_above(limit, max(self.kubelet.sim.now, self._settled(record))) if limit else None
        return at if at is not None and record.running(at) else None

    @staticmethod
    def _settled(record: ContainerRecord) -> int:
        """When a program has taken its memory."""
        return record.started_at + record.behaviour.ready_after

    def _kill(self, worker: PodWorker, state: ContainerState, record: ContainerRecord, limit: int, memory: int) -> None:
        worker.record("pod.oom-killed", state.name, limit=limit, memory=memory)
        die(worker, state, record, "OOMKilled")

    def _spare_the_node(self, members: list[Member]) -> None:
        """The machine has no memory left: the kernel kills the worst container."""
        worker, state, record, growth = max(members, key=self._badness)
        now, node = self.kubelet.sim.now, self.kubelet.registration.node_object
        if node is not None:
            # A process of the container: its number is made of the container's id.
            process = (record.behaviour.argv or (record.image.rpartition("/")[2].partition(":")[0],))[0]
            pid = 1_000 + int(record.id[-6:], 16) % 30_000
            text = f"System OOM encountered, victim process: {process.rpartition('/')[2].rstrip(':')[:15]}, pid: {pid}"
            self.kubelet.events.event(node, "Warning", "SystemOOM", text)
        self._kill(worker, state, record, self.capacity, growth.at(now, now))

    def _badness(self, member: Member) -> int:
        """The kernel's score: what a process takes of the machine, in thousandths, and what its pod is to be spared."""
        worker, state, _, growth = member
        now = self.kubelet.sim.now
        return 1000 * growth.at(now, now) // self.capacity + oom_score_adj(worker.pod, state.spec, self.capacity)


def memory_limit(record: ContainerRecord) -> int:
    """The memory limit of a container in bytes; 0 if it has none."""
    text = (record.resources.get("limits") or {}).get("memory")
    return 0 if text is None else parse_bytes(text)


def oom_score_adj(pod: Obj, container: Obj, capacity: int) -> int:
    """How much rather than others the processes of a container are killed, from -997 (never) to 1000."""
    if (pod["spec"].get("priority") or 0) >= NODE_CRITICAL:
        return SPARED
    quality = qos_class(pod["spec"])
    if quality == "Guaranteed":
        return SPARED
    if quality == "BestEffort":
        return KILLED_FIRST
    resources = container.get("resources") or {}
    text = (resources.get("requests") or resources.get("limits") or {}).get("memory")
    request = 0 if text is None else parse_bytes(text)
    adjusted = 1000 - 1000 * request // capacity
    if adjusted < 1000 + SPARED:
        return 1000 + SPARED
    return adjusted - 1 if adjusted == KILLED_FIRST else adjusted
