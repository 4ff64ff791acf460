"""Kubernetes Events (the API resource): recorded about an object, repeats counted. Upstream: client-go `tools/record`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import rfc3339, unix_nanoseconds
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.client.event_correlator import EventCorrelator, Key
from cluster_core.sim.kernel import US_PER_SECOND

ANSWER_US = 5 * US_PER_SECOND


class EventRecorder:
    """Writes Events as `component`. A repeat of the same Event about the same object patches its count."""

    def __init__(self, process: ClientProcess, client: ApiClient, component: str, source_host: str = "") -> None:
        self.process = process
        self.client = client
        self.component = component
        self.source_host = source_host
        self.correlator = EventCorrelator()
        self._sequence = 0
        self._flying: dict[Key, int] = {}
        self._late: dict[Key, Obj] = {}

    def event(self, obj: Obj, kind: str, reason: str, message: str, field_path: str = "") -> None:
        """Record one Event: kind "Normal" or "Warning", reason in CamelCase, message in upstream's words."""
        meta, now = obj["metadata"], self.process.sim.now
        namespace, about = meta.get("namespace", "default"), str(meta.get("uid", ""))
        key, text = self.correlator.combine(about, kind, reason, message, now)
        key = (*key, field_path) if len(key) > 3 else key
        self._sequence += 1
        name = f"{meta['name']}.{unix_nanoseconds(now) + self._sequence % 1000:x}"
        observed = self.correlator.observe(key, name, now)
        if self.correlator.is_spam(about, now):
            return
        body = self._body(obj, namespace, observed.name, kind, reason, text, field_path, rfc3339(now))
        if key in self._flying and now - self._flying[key] < ANSWER_US:
            self._late[key] = {**body, "count": observed.count}
        else:
            self._write(key, {**body, "count": observed.count})

    def answered(self, token: Any, response: Response) -> None:
        """A patch of an Event that is gone starts a new one next time; other failures are dropped, as upstream drops them."""
        key = token[2]
        self._flying.pop(key, None)
        late = self._late.pop(key, None)
        if not response.ok:
            self.correlator.forget(key)
        elif late is not None:
            self._write(key, late)

    def restart(self) -> None:
        """The program begins again: what it had counted was in memory."""
        self.correlator = EventCorrelator()
        self._flying.clear()
        self._late.clear()

    def _write(self, key: Key, body: Obj) -> None:
        """Create the Event, or tell its new count.

        Real Kubernetes writes one Event after the other; here only those of the same key wait, and are told together.
        """
        self._flying[key] = self.process.sim.now
        token, meta = ("event", self.component, key), body["metadata"]
        if body["count"] == 1:
            self.process.request(self.client, token, "create", "events", namespace=meta["namespace"], body=body)
            return
        told = {name: body[name] for name in ("count", "lastTimestamp", "message")}
        fields: dict[str, Any] = {"namespace": meta["namespace"], "name": meta["name"], "body": told}
        self.process.request(self.client, token, "patch", "events", options={"patch_type": "merge"}, **fields)

    def _body(
        self, obj: Obj, namespace: str, name: str, kind: str, reason: str, message: str, field_path: str, now: str
    ) -> Obj:
        meta = obj["metadata"]
        involved = {
            "kind": obj["kind"],
            "namespace": meta.get("namespace", ""),
            "name": meta["name"],
            "uid": meta.get("uid", ""),
            "apiVersion": obj["apiVersion"],
            "resourceVersion": meta.get("resourceVersion", ""),
            "fieldPath": field_path,
        }
        source = {"component": self.component, "host": self.source_host}
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": {field: value for field, value in involved.items() if value},
            "reason": reason,
            "message": message,
            "source": {field: value for field, value in source.items() if value},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": kind,
            "reportingComponent": self.component,
            "reportingInstance": self.source_host,
        }
