"""The world as one container meets it: its kubelet asks for it, from its pod. An init container that waits is told of once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_core.api.request import Request
from cluster_core.dataplane.address import is_address
from cluster_core.shell.outside import Answer, Connection, Echo, Lookup

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker


@dataclass(slots=True, eq=False)
class PodOutside:
    """Questions of a container. `names` is what was asked for by name lately, so that the trace can say it."""

    worker: PodWorker
    container: str
    waits: bool = False
    names: dict[str, str] = field(default_factory=dict)

    @property
    def _pod(self) -> tuple[str, str]:
        meta = self.worker.pod["metadata"]
        return meta["namespace"], meta["name"]

    def resolve(self, name: str, kind: str = "A", server: str = "") -> Lookup:
        """Ask a name server."""
        found = self.worker.kubelet.reach.resolve(*self._pod, name, kind, server)
        for address in found.addresses:
            self.names[address] = name
        if len(self.names) > 20:
            del self.names[next(iter(self.names))]
        if not found.addresses:
            self._waiting(name, 0)
        return found

    def connect(self, address: str, port: int, protocol: str = "TCP") -> Connection:
        """Open a connection."""
        found = self.worker.kubelet.reach.connect(*self._pod, address, port, protocol)
        if found.result != "open":
            self._waiting(self.names.get(address, address), port)
        return found

    def exchange(self, address: str, port: int, data: bytes, secure: bool = False) -> Answer:
        """Send and receive. A write to the API server is sent on, and answered later."""
        found = self.worker.kubelet.reach.exchange(*self._pod, address, port, data, secure)
        if isinstance(found, Request):
            state = self.worker.states.get(self.container)
            record = state.current if state is not None else None
            return Answer(expected=self.worker.kubelet.containers.ask(record.id, found)) if record else Answer()
        return found

    def ping(self, address: str) -> Echo:
        """One echo request."""
        return self.worker.kubelet.reach.ping(*self._pod, address) if is_address(address) else Echo("unreachable")

    def _waiting(self, host: str, port: int) -> None:
        if self.waits:
            self.waits = False
            self.worker.record("pod.init-waits", self.container, host=host, port=port)
