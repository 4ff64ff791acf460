"""A client of the API server: numbered requests, a token bucket on virtual time, a continuation token per request.

Upstream: client-go `rest` with `flowcontrol.NewTokenBucketRateLimiter`. Requests are messages, so nothing blocks: the answer
comes back to the owning process as a `Response`, and `take` tells what it was for.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Request, Response
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message, Process, TopologyChanged


class Dispatch(Message):
    """A rate-limited request whose turn has come."""

    __slots__ = ("request",)
    handler = "on_dispatch"

    def __init__(self, request: Request) -> None:
        self.request = request


class ApiClient:
    """Sends requests as `user` on behalf of a process. `qps` and `burst` as the --kube-api-qps/-burst flags (0 = no limit)."""

    def __init__(self, process: ClientProcess, user: str, server: str, qps: int = 0, burst: int = 0) -> None:
        self.process = process
        self.user = user
        self.server = server
        self.qps = qps
        self.burst = burst
        self._tokens = float(burst)
        self._refilled_at = process.sim.now

    def call(self, request_id: int, verb: str, resource: str, **fields: Any) -> None:
        """Send one request; fields are those of `Request`. Over the rate it waits its turn."""
        request = Request(request_id, self.process.name, self.user, verb, resource, **fields)
        wait = self._reserve()
        if wait == 0:
            self.process.send(self.server, request)
        else:
            self.process.wait_to_send(request, wait)

    def _reserve(self) -> int:
        if self.qps == 0:
            return 0
        now = self.process.sim.now
        refill = (now - self._refilled_at) * self.qps / US_PER_SECOND
        self._tokens = min(float(self.burst), self._tokens + refill) - 1.0
        self._refilled_at = now
        return 0 if self._tokens >= 0 else int(-self._tokens * US_PER_SECOND / self.qps)


class ClientProcess(Process):
    """A process that talks to the API server through one or more `ApiClient`s and gets each answer with its token."""

    def __init__(self, sim: Any, name: str, host: str, server: str = "apiserver") -> None:
        super().__init__(sim, name, host)
        self.server = server
        self._next_request = 0
        self._pending: dict[int, Any] = {}
        self._unsent: dict[int, None] = {}
        self._server_crashes = 0

    def request(self, client: ApiClient, token: Any, verb: str, resource: str, **fields: Any) -> int:
        """Send a request; its answer arrives at `on_answer(token, response)`. Tokens are plain data. Returns the request id."""
        self._next_request += 1
        self._pending[self._next_request] = token
        client.call(self._next_request, verb, resource, **fields)
        return self._next_request

    def wait_to_send(self, request: Request, wait: int) -> None:
        """A request over the client's rate goes in `wait` µs."""
        self._unsent[request.id] = None
        self.alarm(self.sim.now + wait, Dispatch(request))

    def on_dispatch(self, message: Dispatch) -> None:
        """A delayed request may go now, unless the program that wanted it has crashed since."""
        if message.request.id in self._unsent:
            del self._unsent[message.request.id]
            self.send(self.server, message.request)

    def on_response(self, response: Response) -> None:
        """Hand an answer to the code that asked."""
        token = self._pending.pop(response.id, None)
        if token is not None:
            self.on_answer(token, response)

    def on_unreachable(self, message: Any) -> None:
        """The API server is down: the request fails at once, as a refused connection does."""
        failed = message.message
        if isinstance(failed, Request):
            self._broken(failed.id, f"dial tcp: connect: connection refused ({message.target})")

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back: if the API server has crashed since the last time, the connections to it are gone."""
        crashes = self.sim.processes[self.server].crashes
        if crashes != self._server_crashes:
            self._server_crashes = crashes
            self.connection_lost()

    def connection_lost(self) -> None:
        """What was on its way to the API server or back is not answered any more."""
        for request_id in [one for one in self._pending if one not in self._unsent]:
            self._broken(request_id, f"read tcp: connection reset by peer ({self.server})")

    def restart(self) -> None:
        """Begin again, with new connections."""
        super().restart()
        self._server_crashes = self.sim.processes[self.server].crashes

    def _broken(self, request_id: int, message: str) -> None:
        status = {
            "kind": "Status",
            "status": "Failure",
            "reason": "ServiceUnavailable",
            "code": 503,
            "message": message,
        }
        self.on_response(Response(request_id, 503, status))

    def on_answer(self, token: Any, response: Response) -> None:
        """What to do with an answer; subclasses override."""
        raise NotImplementedError

    def crash(self) -> None:
        """Answers to a crashed program find nobody."""
        super().crash()
        self._pending.clear()
        self._unsent.clear()
