"""One connection through a forwarded port: its bytes go to the simulated server in the pod, and the answers back.

Upstream: kubelet `cri-streaming/portforward`, containerd `internal/cri/server/sandbox_portforward_linux.go`. Nothing touches the host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from cluster_core.api.place import Place
from cluster_core.cluster.command import Command
from cluster_core.cluster.forwarding import opened
from explorer.kubeapi.bucket import Bucket
from explorer.kubeapi.refusals import refused
from explorer.kubeapi.streams import steps
from explorer.kubeapi.streams.requests import REQUEST_MAX, Requests, TooMuch
from explorer.live import LiveRun

WAITING_MAX = 512 * 1024

# Takes bytes and whether they are the last ones.
Write = Callable[[bytes, bool], Awaitable[None]]


class Forwarded:
    """A connection. `run` ends when the server or the client closes it, and returns why if it failed."""

    def __init__(self, live: LiveRun, epoch: int, pod: Place, port: int, bucket: Bucket, write: Write) -> None:
        self._live, self._epoch, self._pod, self._port = live, epoch, pod, port
        self._bucket, self._write = bucket, write
        self._data, self._fin = bytearray(), False
        self._came, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()

    async def feed(self, data: bytes, fin: bool) -> None:
        """Bytes from the client; waits while many are on their way."""
        self._data += data
        self._fin = self._fin or fin
        self._came.set()
        if len(self._data) > WAITING_MAX:
            self._room.clear()
            await self._room.wait()

    async def run(self) -> str:
        """Carry bytes. Returns "" or the words of the error stream. Raises `Moved`."""
        try:
            refusal = opened(self._live.cluster.world, self._pod.namespace, self._pod.name, self._port).refusal
            return self._words(refusal) if refusal else await self._carry(Requests())
        except TooMuch:
            return self._words(f"a request of more than {REQUEST_MAX >> 10} KiB")
        except steps.Moved:
            raise
        except Exception as error:
            return self._words(refused(error).message)
        finally:
            # Nobody may wait for a connection that is over.
            self._room.set()
            self._data.clear()

    async def _carry(self, requests: Requests) -> str:
        while True:
            await self._came.wait()
            self._came.clear()
            data, fin = bytes(self._data), self._fin
            self._data.clear()
            self._room.set()
            for one in requests.feed(data):
                answer = await self._asked(one)
                if answer is None or answer["error"]:
                    return self._words(answer["message"] if answer is not None else steps.SLOW)
                await self._write(answer["data"].encode("latin-1"), answer["closed"])
                if answer["closed"]:
                    return ""
            if fin:
                await self._write(b"", True)
                return ""

    async def _asked(self, data: bytes) -> dict[str, Any] | None:
        while wait := self._bucket.take():
            await asyncio.sleep(wait)
        params = {"namespace": self._pod.namespace, "pod": self._pod.name, "port": self._port}
        command = Command("forward", {**params, "data": data.decode("latin-1")})
        return (await steps.take(self._live, command, self._epoch)).answer

    def _words(self, why: str) -> str:
        pod = self._live.cluster.world.objects("pods").get(f"{self._pod.namespace}/{self._pod.name}")
        sandbox = pod["metadata"]["uid"] if pod is not None else self._pod.name
        return f"error forwarding port {self._port} to pod {sandbox}, uid : {why}"
