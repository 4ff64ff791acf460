"""Programs that talk to the API server of a test: they keep what they are told."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.informer import InformerProcess
from cluster_core.sim.kernel import Simulation


class Asker(ClientProcess):
    """Asks with one client; `answers` in the order in which they came, with the time."""

    def __init__(self, sim: Simulation, qps: int = 0, burst: int = 0, name: str = "asker") -> None:
        super().__init__(sim, name, "workstation")
        self.client = ApiClient(self, "kubernetes-admin", self.server, qps, burst)
        self.events = EventRecorder(self, ApiClient(self, "system:tester", self.server), "tester", "host-1")
        self.answers: list[tuple[Any, int, int]] = []
        self.bodies: dict[Any, Any] = {}

    def on_answer(self, token: Any, response: Response) -> None:
        if isinstance(token, tuple) and token[0] == "event":
            self.events.answered(token, response)
            return
        self.answers.append((token, response.code, self.sim.now))
        self.bodies[token] = response.body


class Watcher(InformerProcess):
    """An informer process that logs every change: (resource, kind of change, name)."""

    def __init__(self, sim: Simulation, name: str = "watcher") -> None:
        super().__init__(sim, name, "workstation", "system:tester")
        self.log: list[tuple[str, str, str]] = []
        self.syncs: list[str] = []

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        kind = "added" if old is None else "deleted" if new is None else "changed"
        self.log.append((resource, kind, (new or old or {})["metadata"]["name"]))

    def on_sync(self, resource: str) -> None:
        self.syncs.append(resource)

    def on_result(self, token: Any, response: Response) -> None:
        raise AssertionError(f"{token!r} was not asked")
