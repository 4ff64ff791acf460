"""Kubernetes Events (the API resource): recorded about an object, repeats counted. Upstream: client-go `tools/record`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.api.timestamp import rfc3339, unix_nanoseconds
from cluster_core.client.api_client import ApiClient, ClientProcess

CACHE_MAX = 4096


class EventRecorder:
    """Writes Events as `component`. A repeat of the same event about the same object patches its count."""

    def __init__(self, process: ClientProcess, client: ApiClient, component: str, source_host: str = "") -> None:
        self.process = process
        self.client = client
        self.component = component
        self.source_host = source_host
        self._counts: dict[tuple[str, ...], tuple[str, int]] = {}
        self._sequence = 0

    def event(self, obj: Obj, kind: str, reason: str, message: str, field_path: str = "") -> None:
        """Record one Event: kind "Normal" or "Warning", reason in CamelCase, message in upstream's words."""
        meta = obj["metadata"]
        namespace = meta.get("namespace", "default")
        seen = (str(meta.get("uid", "")), field_path, kind, reason, message)
        known = self._counts.get(seen)
        token = ("event", self.component, seen)
        now = rfc3339(self.process.sim.now)
        if known is not None:
            name, count = known
            self._counts[seen] = (name, count + 1)
            body = {"count": count + 1, "lastTimestamp": now}
            self.process.request(
                self.client,
                token,
                "patch",
                "events",
                namespace=namespace,
                name=name,
                body=body,
                options={"patch_type": "merge"},
            )
            return
        self._sequence += 1
        name = f"{meta['name']}.{unix_nanoseconds(self.process.sim.now) + self._sequence % 1000:x}"
        while len(self._counts) >= CACHE_MAX:
            del self._counts[next(iter(self._counts))]
        self._counts[seen] = (name, 1)
        body = self._body(obj, namespace, name, kind, reason, message, field_path, now)
        self.process.request(self.client, token, "create", "events", namespace=namespace, body=body)

    def answered(self, token: Any, response: Response) -> None:
        """A patch of an Event that is gone starts a new one next time; other failures are dropped, as upstream drops them."""
        if not response.ok:
            self._counts.pop(token[2], None)

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
