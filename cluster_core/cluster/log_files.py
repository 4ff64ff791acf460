"""The log files of a node as its collector reads them, and its way to the store: names by DNS, packets through Services, HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj, Request
from cluster_core.cluster.logs import lines_of
from cluster_core.log_collection.line import LogRecord

if TYPE_CHECKING:
    from cluster_core.cluster.world import World
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

PROGRAM, CONFIG = "fluent-bit", "fluent-bit.conf"
INSERT = "/insert/jsonline"


class LogFiles:
    """/var/log/containers of one node. Real files have a name for each start too: pod_namespace_container-id.log."""

    def __init__(self, world: World, node: str) -> None:
        self.world = world
        self.name = node

    def lines(self, places: dict[str, int], limit: int) -> list[LogRecord]:
        """At most `limit` lines from the given places on."""
        found: list[LogRecord] = []
        kubelet = self.world.sim.processes[f"kubelet/{self.name}"]
        for worker in kubelet.workers.values():  # type: ignore[attr-defined]
            for record in records_of(worker):
                if record.number >= places.get(record.start, 0):
                    found.append(record)
                    if len(found) == limit:
                        return found
        return found

    def post(self, data: bytes) -> bool:
        """Send lines where the configuration of the collector's pod says. Real fluent-bit reads it when it starts."""
        worker = next(self._collectors(), None)
        if worker is None:
            return False
        host, port = _output(self.world.objects("configmaps"), worker.pod)
        meta, reach = worker.pod["metadata"], worker.kubelet.reach
        if not host:
            return False
        head = f"POST {INSERT} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/stream+json\r\nContent-Length: {len(data)}\r\n\r\n"
        for address in reach.resolve(meta["namespace"], meta["name"], host, "A", "").addresses:
            answer = reach.exchange(meta["namespace"], meta["name"], address, port, head.encode() + data)
            return not isinstance(answer, Request) and answer.data.startswith(b"HTTP/1.1 200 ")
        return False

    def _collectors(self) -> Iterator[PodWorker]:
        kubelet: Kubelet = self.world.sim.processes[f"kubelet/{self.name}"]  # type: ignore[assignment]
        for worker in kubelet.workers.values():
            for state in worker.states.values():
                record = state.current
                if record is not None and record.behaviour.program == PROGRAM and record.running(worker.now):
                    yield worker


def records_of(worker: PodWorker) -> Iterator[LogRecord]:
    """Every line that the starts of a pod's containers that are on the disk have written until now."""
    meta, node = worker.pod["metadata"], worker.kubelet.node.name
    for name, starts in worker.kubelet.runtime.containers.get(worker.uid, {}).items():
        for start in starts:
            for line in lines_of(start, worker.now):
                about = (meta["namespace"], meta["name"], name, node, line.stream, line.text, start.id, line.number)
                yield LogRecord(line.at, *about)


def _output(configs: dict[str, Obj], pod: Obj) -> tuple[str, int]:
    """Host and port of the output in the ConfigMaps that a pod mounts; "" if none says."""
    for volume in pod["spec"].get("volumes") or ():
        name = (volume.get("configMap") or {}).get("name", "")
        config = configs.get(f"{pod['metadata']['namespace']}/{name}") or {}
        output = str((config.get("data") or {}).get(CONFIG, "")).partition("[OUTPUT]")[2]
        host, port = (re.search(rf"(?im)^\s*{field}\s+(\S+)", output) for field in ("Host", "Port"))
        if host is not None:
            return host[1], int(port[1]) if port is not None and port[1].isdigit() else 80
    return "", 80
