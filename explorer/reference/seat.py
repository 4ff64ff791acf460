"""Where somebody sits who plays a scenario: a run of its own, its clock, and kubectl over the run's Kubernetes API.

Nothing of it is stored. The clock stands still but for what is waited for, so that the same steps always give the same run.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cluster_core.api.errors import ApiError
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.kubectl.conversation import Answer, Call, Events, KubectlError, Pause, Step, Terminal, Watch
from cluster_core.kubectl.line import carry_out
from cluster_core.kubectl.resources import Resources, from_discovery
from explorer.kubeapi.bucket import Bucket
from explorer.kubeapi.inside import ACCEPTS, DISCOVERY, Inside
from explorer.kubeapi.spoken import answer_to, body_of, news
from explorer.live import LiveRun
from explorer.reference.story import Output

EVENTS_MAX = 20_000_000
# How often the event loop may turn until who watches has looked.
TURNS = 12
# A program starts, reads its kubeconfig and finds the server.
STARTS_US = 60_000
WITHOUT_LIMIT = 1e12


@dataclass
class Seat:
    """`looked` is called after every event of the run that wrote something."""

    cluster: Cluster
    looked: Callable[[], None]
    namespace: str = "default"
    _resources: Resources | None = None
    _revision: int = -1
    _watches: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = LiveRun("reference", "reference", "main", self.cluster, kept=False)
        self.live.clients.bucket = Bucket(WITHOUT_LIMIT, WITHOUT_LIMIT)
        self.inside = Inside(self.live, may_change=True)
        self.loop = asyncio.Runner()

    def close(self) -> None:
        """Nobody sits here any more."""
        self._watches.clear()
        self.loop.close()

    @property
    def now(self) -> int:
        """Virtual time (µs)."""
        return self.cluster.now

    def advance(self, until: int, stop: Callable[[], bool] | None = None) -> None:
        """Let time move to a moment, one instant after the other; with `stop` only until that holds."""
        while self.now < until and not (stop is not None and stop()):
            following = self.cluster.next_at()
            self.cluster.advance(until if following is None else min(until, max(following, self.now)), EVENTS_MAX)
            self.look()

    def look(self) -> None:
        """Tell of what was written."""
        revision = self.cluster.world.revision
        if revision != self._revision:
            self._revision = revision
            self.looked()

    def command(self, command: Command) -> list[dict[str, Any]]:
        """Enter a command that is no request, and take its answer."""
        index = self.cluster.apply(command)
        found = self.cluster.run_until_answered(index) or []
        self.look()
        return found

    def kubectl(self, argv: list[str], stdin: str = "") -> Output:
        """Run kubectl; time moves while it starts, and while it waits."""
        self.advance(self.now + STARTS_US)
        terminal = Terminal(self.resources(), self.namespace, stdin)
        talk, answer = carry_out(terminal, shlex.join(argv)), None
        try:
            while True:
                terminal.now = self.now
                step = talk.send(answer)
                self.inside.impersonate = terminal.impersonate
                try:
                    answer = self.loop.run(self._answered(step))
                except KubectlError as error:
                    answer = None
                    talk.throw(error)
                self.look()
        except StopIteration:
            pass
        finally:
            talk.close()
        return Output(terminal.code, _text(terminal, error=False), _text(terminal, error=True))

    def resources(self) -> Resources:
        """What the server serves, asked for once, as kubectl keeps it for hours."""
        if self._resources is None:
            documents = [self.loop.run(self._document(path)) for path in ("/api", "/apis")]
            self._resources = from_discovery(*documents)
        return self._resources

    async def _document(self, path: str) -> Any:
        _, body, _ = await self.inside.call("GET", path, DISCOVERY)
        return msgspec.json.decode(body)

    async def _answered(self, step: Step) -> Any:
        if isinstance(step, Call):
            return await self._call(step)
        if isinstance(step, Watch):
            return await self._events(step)
        if isinstance(step, Pause):
            self.advance(self.now + step.us)
            return None
        raise KubectlError(f"error: {type(step).__name__.lower()} is a stream; no step of a recording opens one")

    async def _call(self, call: Call) -> Answer:
        body, media = body_of(call)
        code, found, warnings = await self.inside.call(call.method, call.url, ACCEPTS[call.accept], body, media)
        if call.method == "POST" and "customresourcedefinitions" in call.path:
            self._resources = None
        return answer_to(call, code, found, warnings)

    async def _events(self, watch: Watch) -> Events:
        """The next events, let time move until they come; None at the time-out (virtual), or when the watch has ended."""
        key = repr((watch.path, sorted(watch.query.items())))
        if key not in self._watches:
            gone = asyncio.get_running_loop().create_future()
            url = Call("GET", watch.path, watch.query).url
            self._watches[key] = self.inside.watch(url, ACCEPTS[watch.accept], gone)
        limit = self.now + (watch.timeout if watch.timeout is not None else EVENTS_MAX * 1_000)
        while True:
            events = await self._next(self._watches[key], limit)
            if events is None:
                del self._watches[key]
                return None
            wanted = news(events)
            if wanted:
                return wanted

    async def _next(self, events: Any, limit: int) -> Events:
        following = asyncio.ensure_future(anext(events, None))
        revision = -1
        try:
            while True:
                if revision != self.cluster.world.revision:
                    revision = self.cluster.world.revision
                    self.live.moved()
                    await _turn(following)
                if following.done():
                    found: Events = following.result()
                    return found
                if self.now >= limit:
                    return None
                self.advance(min(limit, max(self.cluster.next_at() or limit, self.now + 1)))
        except ApiError as error:
            raise KubectlError(f"error: {error.message}") from error
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _turn(following: asyncio.Future[Any]) -> None:
    """Let who watches look."""
    for _ in range(TURNS):
        if following.done():
            return
        await asyncio.sleep(0)


def _text(terminal: Terminal, error: bool) -> str:
    return "".join(f"{line.text}\n" for line in terminal.lines if line.error == error)
