"""What the programs in pods reach: a question of a container to the network, answered by the packets' walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.cluster import probe
from cluster_core.dataplane.address import is_address
from cluster_core.sim.rng import Streams

if TYPE_CHECKING:
    from cluster_core.cluster.world import World


class WorldReach:
    """The network of a world as its pods see it. Asking changes nothing."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answers(self, namespace: str, pod: str, host: str, port: int) -> bool:
        """Whether a connection from a pod to host:port is answered now; port 0: whether the name is known."""
        source = f"pod/{namespace}/{pod}"
        try:
            if port == 0 and not is_address(host):
                return self._knows(source, host)
            return probe.send(self.world, source, host, "TCP", port).trace.result == "delivered"
        except LookupError:
            return False

    def _knows(self, source: str, name: str) -> bool:
        world = self.world
        draws = Streams(world.sim.streams.seed).stream(f"probe/{world.sim.number}/{world.sim.now}/{source}/{name}")
        return probe.resolve(world, probe.find_origin(world, source), name, draws).trace.result == "delivered"
