"""Writes that programs in the containers of a node send to the API server: messages of the runtime, whose answers go to who asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cluster_core.api.http_answer import answer, is_read_by_people
from cluster_core.api.request import Request, Response
from cluster_core.sim.process import Process, Unreachable

if TYPE_CHECKING:
    from cluster_core.kubelet.containers import Running
    from cluster_core.kubelet.kubelet import Kubelet


class ContainerRequests(Process):
    """What containerd does for programs that ask the API server. A mixin of `containers.Containers`.

    `asking` has by number the container, and whether the answer is to be indented.
    """

    kubelet: Kubelet
    running: dict[str, Running]
    asking: dict[int, tuple[str, bool]]
    asked: int = 0

    def turn(self, running: Running) -> None:
        """Let the tasks of a container go on."""
        raise NotImplementedError

    def ask(self, container: str, request: Request) -> int:
        """Send a request; returns the number under which its answer will come."""
        self.asked += 1
        self.asking[self.asked] = (container, is_read_by_people(str(request.options.get("agent", ""))))
        self.send(self.kubelet.server, replace(request, id=self.asked, source=self.name))
        return self.asked

    def on_response(self, response: Response) -> None:
        """The API server has answered."""
        container, pretty = self.asking.pop(response.id, ("", False))
        self._arrived(container, response.id, answer(response.code, response.body, self.sim.now, pretty))

    def on_unreachable(self, message: Unreachable) -> None:
        """It could not be reached: the connection ends without an answer. Clients of sessions that have gone need no answer."""
        if isinstance(message.message, Request):
            container, _ = self.asking.pop(message.message.id, ("", False))
            self._arrived(container, message.message.id, b"")

    def _arrived(self, container: str, number: int, data: bytes) -> None:
        running = self.running.get(container)
        if running is not None:
            running.land.arrived[number] = (self.sim.now, data)
            self.turn(running)
