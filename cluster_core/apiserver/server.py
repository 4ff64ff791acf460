"""kube-apiserver: the only door to etcd. Every request walks the same stages, each of them recorded.

Stages: authentication → authorization → admission (mutate, validate) → defaulting → validation → storage → watch fan-out.
Real Kubernetes authorizes with RBAC; until it comes here, every authenticated client is allowed, and the record says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError, bad_request, conflict, method_not_allowed, not_found, too_large
from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request, Response, WatchBatch, WatchClosed
from cluster_core.apiserver.leases import frozen, holder_process, renewing, shown
from cluster_core.apiserver.registry import Context, Write, write_of
from cluster_core.apiserver.watch_cache import PREFIX, Filter, Watch, WatchCache, storage_key, with_revision
from cluster_core.etcd.api import (
    CompactRequest,
    CompactResponse,
    Delete,
    Put,
    RangeRequest,
    RangeResponse,
    TxnRequest,
    TxnResponse,
    WatchCancelled,
    WatchEvents,
    WatchRequest,
    mod_revision_is,
    prefix_end,
)
from cluster_core.sim.limits import Limits
from cluster_core.sim.process import Process, TopologyChanged, Unreachable

RETRIES_MAX = 8
LEASES = "leases.coordination.k8s.io"


@dataclass(slots=True)
class Pending:
    """A write on its way through etcd."""

    request: Request
    kind: Kind
    write: Write
    tries: int = 0


class ApiServer(Process):
    """The API server of the cluster; `members` are the processes of etcd."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str], limits: Limits) -> None:
        super().__init__(sim, name, host)
        self.members = members
        self.member = members[0]
        self.limits = limits
        self.cache = WatchCache()
        self.ready = False
        self.requests = 0
        self._pending: dict[int, Pending] = {}
        self._waiting: list[Request] = []
        self._next_id = 0
        self._watch_id = 0

    def start(self) -> None:
        """Read everything from etcd; requests wait until that is done."""
        self.send(self.member, RangeRequest(self._new_id(), self.name, PREFIX, prefix_end(PREFIX)))

    def card(self) -> dict[str, Any]:
        """For the architecture view."""
        return {
            "revision": self.cache.revision,
            "watches": len(self.cache.watches),
            "in_flight": len(self._pending),
            "requests": self.requests,
            "objects": self.cache.count,
            "member": self.member,
        }

    def on_request(self, request: Request) -> None:
        """Carry out one API call."""
        if not self.ready:
            self._waiting.append(request)
            return
        self.requests += 1
        try:
            self._carry_out(request, 0)
        except ApiError as error:
            self._answer(request, error.code, error.status())

    def on_range_response(self, response: RangeResponse) -> None:
        """The first read: fill the cache and watch from there on."""
        if response.error:
            self._other_member()
            self.start()
            return
        self.cache.objects.clear()
        self.cache.count = 0
        for kv in response.kvs:
            self.cache.load(kv.key, kv.value, kv.mod_revision)
        self.cache.revision = response.revision
        self._watch_etcd()
        self.ready = True
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self.on_request(request)

    def on_txn_response(self, response: TxnResponse) -> None:
        """A write has been decided by etcd."""
        pending = self._pending.pop(response.id, None)
        if pending is None:
            return
        if response.error:
            self._answer(pending.request, 500, ApiError(500, "InternalError", response.error).status())
        elif not response.ok:
            self._lost_race(pending)
        else:
            self._stored(pending, response)

    def on_watch_events(self, message: WatchEvents) -> None:
        """Changes of etcd: take them in and tell every watch that is concerned."""
        if message.watch_id != self._watch_id or not message.events:
            return
        changes = self.cache.apply(message.events)
        for (source, watch_id), events in self.cache.interested(changes).items():
            self.send(source, WatchBatch(watch_id, self.cache.revision, events))

    def on_watch_cancelled(self, _message: WatchCancelled) -> None:
        """etcd no longer knows the revision: read everything again, and let the clients do the same."""
        self._drop_watches(ApiError(410, "Expired", "too old resource version"))
        self.ready = False
        self.start()

    def on_compact_response(self, _message: CompactResponse) -> None:
        """Old revisions are forgotten."""

    def on_unreachable(self, message: Unreachable) -> None:
        """A member is down: ask another one. A client that is down has lost its watches."""
        if message.target in self.members:
            self._other_member()
            if isinstance(message.message, TxnRequest | RangeRequest):
                self.send(self.member, message.message)
        elif isinstance(message.message, WatchBatch):
            self.cache.close(message.target, message.message.watch_id)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back: find a member that lives, and look after the leases that renew themselves."""
        if message.subject == self.member and not self.sim.links.connected(self.sim, self.name, self.member):
            self._other_member()
            self._fail_pending()
            if self.ready:
                self._watch_etcd()
        for lease in list(self.cache.of(LEASES).values()):
            if renewing(lease) and not self._renews(lease):
                self._freeze(lease)

    def compact(self, revision: int) -> None:
        """Forget what was overwritten before a revision."""
        self.send(self.member, CompactRequest(self._new_id(), self.name, revision))

    def crash(self) -> None:
        """The cache, the watches and what was in flight were in memory."""
        super().crash()
        self.cache, self._pending, self._waiting, self.ready = WatchCache(), {}, [], False

    def restart(self) -> None:
        """Read everything from etcd again."""
        super().restart()
        self.start()

    def _carry_out(self, request: Request, tries: int) -> None:
        kind = by_resource(request.resource)
        if request.verb == "get":
            self._answer(request, 200, self._read(kind, request))
        elif request.verb == "list":
            items = [self._shown(kind, obj) for obj in self.cache.select(self._filter(request))]
            body = {
                "apiVersion": kind.api_version,
                "kind": f"{kind.kind}List",
                "metadata": {"resourceVersion": str(self.cache.revision)},
                "items": items,
            }
            self._answer(request, 200, body)
        elif request.verb == "watch":
            self._open_watch(request)
        elif request.verb == "deletecollection":
            raise method_not_allowed()
        else:
            self._write(kind, request, tries)

    def _write(self, kind: Kind, request: Request, tries: int) -> None:
        streams = self.sim.streams
        context = Context(
            self.cache,
            self.sim.now,
            streams.stream("apiserver/names"),
            lambda: streams.uid("apiserver/uids"),
            self.limits,
        )
        try:
            write = write_of(kind, request, context)
        except (TypeError, AttributeError, KeyError, ValueError, RecursionError) as error:
            text = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {error}'
            raise bad_request(text) from error
        self._check_size(write)
        if write.unchanged or request.options.get("dry_run"):
            self._answer(request, write.code, write.answer)
            return
        key = storage_key(kind.resource, request.namespace if kind.namespaced else "", write.name)
        operation = Delete(key) if write.value is None else Put(key, write.value)
        message = TxnRequest(self._new_id(), self.name, [mod_revision_is(key, write.revision)], [operation])
        self._pending[message.id] = Pending(request, kind, write, tries)
        self.send(self.member, message)

    def _stored(self, pending: Pending, response: TxnResponse) -> None:
        write, request, kind = pending.write, pending.request, pending.kind
        answer = write.answer
        if answer.get("kind") != "Status":
            answer = with_revision(answer, response.revision)
        if write.value is None and kind.kind not in (
            "Pod",
            "Service",
            "PersistentVolumeClaim",
            "PersistentVolume",
            "ServiceAccount",
        ):
            details = {
                "name": write.name,
                "kind": kind.plural,
                "group": kind.group,
                "uid": write.answer["metadata"]["uid"],
            }
            answer = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
        if kind.kind != "Event":
            self._record(request, kind, write.name, write.code)
        self._answer(request, write.code, answer)

    def _lost_race(self, pending: Pending) -> None:
        """Somebody else wrote first: patches and unconditional updates try again on what is there now."""
        request = pending.request
        conditional = request.verb == "update" and bool((request.body.get("metadata") or {}).get("resourceVersion"))
        if conditional or pending.tries >= RETRIES_MAX:
            status = conflict(pending.kind.resource, pending.write.name).status()
            self._answer(request, 409, status)
            return
        try:
            self._carry_out(request, pending.tries + 1)
        except ApiError as error:
            self._answer(request, error.code, error.status())

    def _answer(self, request: Request, code: int, body: Obj) -> None:
        if code >= 400 and request.verb not in ("get", "list", "watch"):
            self._record(request, by_resource(request.resource), request.name, code, body)
        if request.source != self.name:
            self.send(request.source, Response(request.id, code, body))

    def _record(self, request: Request, kind: Kind, name: str, code: int, body: Obj | None = None) -> None:
        params: dict[str, Any] = {
            "user": request.user,
            "verb": request.verb,
            "resource": kind.resource,
            "subresource": request.subresource,
            "code": code,
            "object": "/".join(part for part in (kind.singular, request.namespace, name) if part),
        }
        if body is not None:
            params["message"] = str(body.get("message", ""))
        self.record("api.request" if code < 400 else "api.refused", **params)

    def _read(self, kind: Kind, request: Request) -> Obj:
        found = self.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
        if found is None:
            raise not_found(kind.resource, request.name)
        return self._shown(kind, found)

    def _shown(self, kind: Kind, obj: Obj) -> Obj:
        return shown(obj, self.sim.now) if kind.kind == "Lease" else obj

    def _filter(self, request: Request) -> Filter:
        return Filter.of(by_resource(request.resource).resource, request.namespace, request.options)

    def _open_watch(self, request: Request) -> None:
        watch = Watch(request.id, request.source, self._filter(request))
        after = int(request.options.get("resource_version") or self.cache.revision)
        missed = self.cache.open(watch, after)
        self._answer(request, 200, {"kind": "Status", "status": "Success", "metadata": {}})
        if missed:
            self.send(request.source, WatchBatch(request.id, self.cache.revision, missed))

    def _check_size(self, write: Write) -> None:
        if write.value is not None and write.code == 201:
            size = _rough_size(write.value)
            if size > self.limits.object_bytes:
                raise too_large(f"Request entity too large: limit is {self.limits.object_bytes}")

    def _watch_etcd(self) -> None:
        self._watch_id = self._new_id()
        self.send(self.member, WatchRequest(self._watch_id, self.name, PREFIX, self.cache.revision + 1))

    def _other_member(self) -> None:
        place = self.members.index(self.member)
        order = self.members[place + 1 :] + self.members[:place]
        alive = [member for member in order if self.sim.links.connected(self.sim, self.name, member)]
        self.member = alive[0] if alive else self.member

    def _fail_pending(self) -> None:
        pending, self._pending = self._pending, {}
        for lost in pending.values():
            self._answer(lost.request, 500, ApiError(500, "InternalError", "etcdserver: request timed out").status())

    def _drop_watches(self, error: ApiError) -> None:
        for source, watch_id in list(self.cache.watches):
            self.cache.close(source, watch_id)
            self.send(source, WatchClosed(watch_id, error.status()))

    def _renews(self, lease: Obj) -> bool:
        holder = holder_process(lease)
        return holder in self.sim.processes and self.sim.links.connected(self.sim, holder, self.name)

    def _freeze(self, lease: Obj) -> None:
        meta = lease["metadata"]
        body = frozen(lease, self.sim.now)
        request = Request(0, self.name, "system:apiserver", "update", LEASES, meta["namespace"], meta["name"], body)
        self.on_request(request)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id


def _rough_size(value: Any) -> int:
    """The length of the texts of an object: what makes objects large."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(name) + _rough_size(part) for name, part in value.items())
    if isinstance(value, list):
        return sum(_rough_size(part) for part in value)
    return 8
