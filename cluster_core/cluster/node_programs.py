"""The programs of the nodes as processes of the world: they begin and end with the containers that run them."""

from __future__ import annotations

from cluster_core.sim.kernel import Simulation


class WorldPrograms:
    """Starts and stops `<program>/<node>`."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim

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
