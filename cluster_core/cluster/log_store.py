"""The stores of logs in a world, one for each pod of VictoriaLogs; what they answer over HTTP, and the search of the explorer.

Upstream: VictoriaLogs `app/vlinsert/jsonline`, `app/vlselect/logsql`. Its own parts of an answer that nobody here reads are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from cluster_core.api.objects import is_pod_ready
from cluster_core.log_collection.line import read, shown
from cluster_core.log_collection.query import Query, QueryError, query_of
from cluster_core.log_collection.store import LINES_MAX, RETENTION_US, LogStore

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

LABEL, NAMESPACE = "victoria-logs", "kube-system"
LIMIT, LIMIT_MAX = 200, 1_000


class LogStores:
    """The stores by the uid of their pod."""

    def __init__(self) -> None:
        self.by_pod: dict[str, LogStore] = {}

    def of(self, uid: str) -> LogStore:
        """The store of a pod."""
        return self.by_pod.setdefault(uid, LogStore())

    def removed(self, uid: str) -> None:
        """The pod is gone from its node, and what it kept with it."""
        self.by_pod.pop(uid, None)


def answer(world: World, uid: str, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """What the store of a pod says to a request: the code and the body."""
    place, _, query = path.partition("?")
    store = world.log_stores.of(uid)
    if place == "/insert/jsonline" and method == "POST":
        try:
            store.take(read(body))
        except (ValueError, RecursionError) as failure:
            return 400, f"cannot read lines: {failure}\n".encode()
        return 200, b""
    if place == "/select/logsql/query":
        given = {**parse_qs(query), **(parse_qs(body.decode("latin-1")) if method == "POST" else {})}
        try:
            limit = min(LIMIT_MAX, max(0, int(given.get("limit", [str(LIMIT)])[0])))
            found, _ = store.search(query_of(given.get("query", ["*"])[0]), world.sim.now, limit)
        except ValueError as failure:
            return 400, f"cannot parse query: {failure}\n".encode()
        return 200, "".join(json.dumps(shown(record)) + "\n" for record in found).encode()
    return (200, b"OK") if place in ("/health", "/ping") else (404, b"unsupported path requested\n")


def search(world: World, query: Query, limit: int) -> dict[str, Any]:
    """What the store that is Ready holds: {"store": pod or "", "node", "lines", "matched", "kept", "taken", "kept_max", "retention",
    "behind": nodes whose collector does not run}."""
    pod = next((one for one in _pods(world) if is_pod_ready(one)), None)
    collectors = [one for name, one in sorted(world.sim.processes.items()) if name.startswith("fluent-bit/")]
    found: dict[str, Any] = {
        "store": "",
        "node": "",
        "lines": [],
        "matched": 0,
        "kept": 0,
        "taken": 0,
        "kept_max": LINES_MAX,
        "retention": RETENTION_US,
        "behind": [one.host for one in collectors if one.down],
    }
    if pod is None:
        return found
    store = world.log_stores.by_pod.get(pod["metadata"]["uid"], LogStore())
    lines, matched = store.search(query, world.sim.now, limit)
    return found | {
        "store": f"{NAMESPACE}/{pod['metadata']['name']}",
        "node": pod["spec"].get("nodeName", ""),
        "lines": [record._asdict() for record in lines],
        "matched": matched,
        "kept": len(store.lines),
        "taken": store.taken,
    }


def _pods(world: World) -> list[dict[str, Any]]:
    pods = world.objects("pods")
    return [
        pod
        for key, pod in sorted(pods.items())
        if key.startswith(f"{NAMESPACE}/") and (pod["metadata"].get("labels") or {}).get("app") == LABEL
    ]


__all__ = ["LIMIT", "LIMIT_MAX", "LogStores", "QueryError", "answer", "query_of", "search"]
