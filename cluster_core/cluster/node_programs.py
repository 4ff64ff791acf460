"""The programs of the nodes as processes of the world: they begin and end with the containers that run them."""

from __future__ import annotations

from cluster_core.cluster.log_files import records_of
from cluster_core.cluster.log_store import LogStores
from cluster_core.cluster.scheduler_programs import SchedulerPrograms
from cluster_core.kubelet.pod_worker import PodWorker
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.log_collection.collector import FluentBit
from cluster_core.sim.kernel import Simulation


class WorldPrograms:
    """Starts and stops `<program>/<node>`, and tells the collector of a node of what is written there."""

    def __init__(self, sim: Simulation, stores: LogStores, schedulers: SchedulerPrograms) -> None:
        self.sim = sim
        self.stores = stores
        self.schedulers = schedulers

    def begin(self, program: str, node: str) -> None:
        """A container of it runs."""
        process = self.sim.processes.get(f"{program}/{node}")
        if process is not None and process.down:
            process.restart()

    def end(self, program: str, node: str) -> None:
        """None runs any more."""
        process = self.sim.processes.get(f"{program}/{node}")
        if process is not None and not process.down:
            process.crash()

    def begin_in_pod(self, worker: PodWorker, record: ContainerRecord) -> str:
        """A scheduler begins."""
        return self.schedulers.begin(worker, record)

    def end_in_pod(self, worker: PodWorker, record: ContainerRecord) -> None:
        """A scheduler ends."""
        self.schedulers.end(worker, record)

    def written(self, node: str, at: int) -> None:
        """A log of a node grows."""
        collector = self._collector(node)
        if collector is not None and not collector.down:
            collector.noted(at)

    def removing(self, worker: PodWorker) -> None:
        """What a pod wrote is read at the last moment; what it kept of others' logs is gone."""
        self.stores.removed(worker.uid)
        collector = self._collector(worker.kubelet.node.name)
        if collector is not None:
            starts = worker.kubelet.runtime.containers.get(worker.uid, {}).values()
            records = [] if collector.down else list(records_of(worker))
            collector.removed(records, [start.id for kept in starts for start in kept])

    def _collector(self, node: str) -> FluentBit | None:
        found = self.sim.processes.get(f"fluent-bit/{node}")
        return found if isinstance(found, FluentBit) else None
