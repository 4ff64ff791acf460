"""Clients outside the cluster: kubectl, client libraries, Helm. Each write of theirs is a command of the log, sent as one request.

What they read is answered out of band (`Cluster.read`): it changes nothing, so the log does not need it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Response
from cluster_core.client.api_client import ApiClient, ClientProcess

SHOWN = ("verb", "resource", "namespace", "name", "subresource", "agent")
FIELDS = ("namespace", "name", "body", "subresource", "options", "version")


class OutsideClients(ClientProcess):
    """The programs on users' machines. `answers` by the command's index in the log: [{"code", "body", "warnings"}]."""

    def __init__(self, sim: Any, name: str = "clients", host: str = "workstation") -> None:
        super().__init__(sim, name, host)
        self.answers: dict[int, list[dict[str, Any]]] = {}

    def on_command(self, command: Any) -> None:
        """Send the request of a command."""
        asked = command.params
        shown = {name: asked.get(name, "") for name in SHOWN}
        self.record("command.given", kind="request", index=command.index, **shown)
        fields = {name: asked[name] for name in FIELDS if name in asked}
        # Without another name, the program's is that of the manager of the fields that it writes.
        fields["options"] = {"agent": asked.get("agent") or "", **(asked.get("options") or {})}
        client = ApiClient(self, asked["user"], self.server)
        groups = tuple(asked.get("groups") or ())
        impersonate = asked.get("impersonate")
        verb, resource = asked["verb"], asked["resource"]
        self.request(client, command.index, verb, resource, groups=groups, impersonate=impersonate, **fields)

    def on_answer(self, token: Any, response: Response) -> None:
        """Keep the answer for whoever waits for it."""
        answer: dict[str, Any] = {"code": response.code, "body": response.body}
        if response.warnings:
            answer["warnings"] = list(response.warnings)
        self.answers[token] = [answer]
