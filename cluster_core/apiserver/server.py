"""kube-apiserver: the only door to etcd. Every request walks the same stages, each of them recorded.

Stages: authentication → authorization → admission (mutate, validate) → defaulting → validation → storage → watch fan-out.
Real Kubernetes authorizes with RBAC; until it comes here, every authenticated client is allowed, and the record says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.errors import ApiError, NotYetError, conflict, not_found, too_large, unknown_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request, Response, WatchBatch, WatchClosed
from cluster_core.apiserver.answers import asked_revision, gone, kind_of, list_of, rough_size, served
from cluster_core.apiserver.collection import CollectedRequest, Collection, deletions
from cluster_core.apiserver.etcd_client import EtcdClient
from cluster_core.apiserver.event_lease import TTL_S, EventLease
from cluster_core.apiserver.leases import frozen, holder_process, renewing, shown
from cluster_core.apiserver.record import request_params, stages_of
from cluster_core.apiserver.registry import write_of
from cluster_core.apiserver.subresources import scale_of
from cluster_core.apiserver.watch_cache import Filter, Watch, WatchCache, storage_key, with_revision
from cluster_core.apiserver.write import Context, Write
from cluster_core.etcd.api import (
    TIMED_OUT,
    LeaseGrant,
    LeaseResponse,
    RangeRequest,
    RangeResponse,
    TxnRequest,
    TxnResponse,
    WatchCancelled,
    WatchEvents,
)
from cluster_core.sim.limits import Limits
from cluster_core.sim.process import Message, TopologyChanged, Unreachable

RETRIES_MAX = 8
# The admission plugin ServiceAccount looks ten times for an account that a controller is about to make.
NOT_YET_TRIES, NOT_YET_US = 10, (100_000, 200_000)
COMPACTED_EVERY = 300_000_000
LEASES = "leases.coordination.k8s.io"
# DELETE answers with the object for these kinds, with a Status for the others.
ANSWERED_WITH_OBJECT = ("Pod", "Service", "PersistentVolumeClaim", "PersistentVolume", "ServiceAccount")


@dataclass(slots=True)
class Pending:
    """A write on its way through etcd."""

    request: Request
    kind: Kind
    write: Write
    tries: int = 0


@dataclass(slots=True)
class CompactionTime(Message):
    """Five minutes after `revision`, what it had overwritten may go. Upstream: apiserver `storage/etcd3/compact.go`."""

    handler = "on_compaction_time"

    revision: int


@dataclass(slots=True)
class Again(Message):
    """A request whose failure may have passed comes up again."""

    handler = "on_again"

    request: Request
    attempt: int
    crashes: int


class ApiServer(EtcdClient):
    """The API server of the cluster; `members` are the processes of etcd."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str], limits: Limits) -> None:
        super().__init__(sim, name, host, members)
        self.limits = limits
        self.cache = WatchCache()
        self.ready = False
        self.requests = 0
        self.heeded: tuple[str, ...] = ()
        self.compacts_at = 0
        self._pending: dict[int, Pending] = {}
        self._event_lease = EventLease()
        self._waiting: list[Request] = []

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

    def read(self, request: Request) -> Response:
        """Answer a get or a list out of band, for somebody outside the simulation: no event, nothing changes."""
        if self.down or not self.ready:
            error = ApiError(503, "ServiceUnavailable", "the API server of this simulated cluster is down")
            return Response(request.id, error.code, error.status())
        try:
            return Response(request.id, 200, self._looked_up(served(request.resource), request))
        except ApiError as error:
            return Response(request.id, error.code, error.status())

    def on_request(self, request: Request) -> None:
        """Carry out one API call."""
        if not self.ready:
            self._waiting.append(request)
            return
        self.requests += 1
        self._attempt(request, 1)

    def on_again(self, message: Again) -> None:
        """Try a request once more, unless the server has crashed since."""
        if message.crashes == self.crashes:
            self._attempt(message.request, message.attempt)

    def on_range_response(self, response: RangeResponse) -> None:
        """The first read: fill the cache and watch from there on."""
        if response.error:
            self.other_member()
            self.start()
            return
        self.cache.objects.clear()
        self.cache.history.clear()
        self.cache.count = 0
        for kv in response.kvs:
            self.cache.load(kv.key, kv.value, kv.mod_revision)
        self.cache.revision = response.revision
        self.watch_etcd(self.cache.revision + 1)
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
            self._event_lease.lease = 0
            self._fail(pending, response.error)
        elif not response.ok:
            self._lost_race(pending)
        else:
            self._stored(pending, response)

    def on_lease_response(self, response: LeaseResponse) -> None:
        """The lease for the next Events is there: those that waited for it are written."""
        if response.id != self._event_lease.asked:
            return
        if not response.error:
            self._event_lease.granted(response.lease, self.sim.now)
        for pending in self._event_lease.release():
            if response.error:
                self._fail(pending, response.error)
            else:
                self._commit(pending, self._event_lease.attach())

    def on_watch_events(self, message: WatchEvents) -> None:
        """Changes of etcd: take them in and tell every watch that is concerned."""
        if message.watch_id != self._watch_id or not message.events:
            return
        changes = self.cache.apply(message.events)
        if self.compacts_at <= self.sim.now:
            self.compacts_at = self.sim.now + COMPACTED_EVERY
            self.alarm(self.compacts_at, CompactionTime(self.cache.revision))
        if self.heeded and any(change.resource in self.heeded for change in changes):
            self.sim.interrupted = True
        for (source, watch_id), events in self.cache.interested(changes).items():
            self.send(source, WatchBatch(watch_id, self.cache.revision, events))

    def on_watch_cancelled(self, _message: WatchCancelled) -> None:
        """etcd no longer knows the revision: read everything again, and let the clients do the same."""
        self._drop_watches(ApiError(410, "Expired", "too old resource version"))
        self.ready = False
        self.start()

    def on_unreachable(self, message: Unreachable) -> None:
        """A member is down: ask another one. A client that is down has lost its watches."""
        if message.target in self.members:
            self.other_member()
            if isinstance(message.message, TxnRequest | RangeRequest | LeaseGrant):
                self.send(self.member, message.message)
        elif isinstance(message.message, WatchBatch):
            self.cache.close(message.target, message.message.watch_id)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back: find a member that lives, and look after the leases that renew themselves."""
        if message.subject == self.member and not self.sim.links.connected(self.sim, self.name, self.member):
            self.other_member()
            self._fail_pending()
            if self.ready:
                self.watch_etcd(self.cache.revision + 1)
        for lease in list(self.cache.of(LEASES).values()):
            if renewing(lease) and not self._renews(lease):
                self._freeze(lease)

    def on_compaction_time(self, message: CompactionTime) -> None:
        """Forget what was overwritten more than five minutes ago. Where nothing was written since there is nothing to do."""
        if self.ready and message.revision <= self.cache.revision:
            self.compact(message.revision)

    def crash(self) -> None:
        """The cache, the watches and what was in flight were in memory."""
        super().crash()
        self.cache, self._pending, self._waiting, self.ready = WatchCache(), {}, [], False
        self._event_lease = EventLease()

    def restart(self) -> None:
        """Read everything from etcd again."""
        super().restart()
        self.start()

    def _attempt(self, request: Request, attempt: int) -> None:
        try:
            self._carry_out(request, 0)
        except NotYetError as error:
            if attempt == NOT_YET_TRIES:
                self._answer(request, error.code, error.status())
                return
            wait = self.sim.streams.stream("apiserver/retries").randrange(*NOT_YET_US)
            self.alarm(self.sim.now + wait, Again(request, attempt + 1, self.crashes))
        except ApiError as error:
            self._answer(request, error.code, error.status())

    def _carry_out(self, request: Request, tries: int) -> None:
        kind = served(request.resource)
        if request.verb in ("get", "list"):
            self._answer(request, 200, self._looked_up(kind, request))
        elif request.verb == "watch":
            self._open_watch(request)
        elif request.verb == "deletecollection":
            self._delete_collection(kind, request)
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
        write = write_of(kind, request, context)
        self._check_size(write)
        if write.unchanged or request.options.get("dry_run"):
            self._answer(request, write.code, write.answer)
            return
        self._store(kind, request, write, tries)

    def _store(self, kind: Kind, request: Request, write: Write, tries: int = 0) -> None:
        pending = Pending(request, kind, write, tries)
        if kind.kind != "Event" or write.value is None:
            self._commit(pending)
        elif self._event_lease.covers(self.sim.now):
            self._commit(pending, self._event_lease.attach())
        else:
            self._event_lease.waiting.append(pending)
            self._event_lease.asked = self._event_lease.asked or self.grant(TTL_S)

    def _commit(self, pending: Pending, lease: int = 0) -> None:
        request, kind, write = pending.request, pending.kind, pending.write
        key = storage_key(kind.resource, request.namespace if kind.namespaced else "", write.name)
        self._pending[self.commit(key, write.value, write.revision, lease)] = pending

    def _stored(self, pending: Pending, response: TxnResponse) -> None:
        write, request, kind = pending.write, pending.request, pending.kind
        answer = write.answer
        if write.then_remove:
            self._store(kind, request, Write(write.name, None, response.revision, answer, write.code))
            return
        if kind.kind != "Event":
            obj = write.value if write.value is not None else write.answer
            watches = self.cache.audience(kind.resource, obj if obj.get("metadata") else None)
            stages = stages_of(request, write, pending.tries, response.revision, watches)
            self.record("api.request", **request_params(request, kind, write.name, write.code), stages=stages)
        if answer.get("kind") != "Status":
            answer = with_revision(answer, response.revision)
        if request.verb == "delete" and write.value is None and kind.kind not in ANSWERED_WITH_OBJECT:
            answer = gone(kind, write)
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
            params = request_params(request, kind_of(request.resource), request.name, code)
            self.record("api.refused", **params, message=str(body.get("message", "")))
        if isinstance(request, CollectedRequest) and request.collection is not None:
            self._collected(request.collection, Response(request.id, code, body))
        elif request.source != self.name:
            self.send(request.source, Response(request.id, code, body))

    def _delete_collection(self, kind: Kind, request: Request) -> None:
        """Delete everything that the selectors find; the answer is the list, or the first failure."""
        found = self.cache.select(self._filter(request))
        for one in deletions(request, kind, self.name, found):
            try:
                self._write(kind, one, 0)
            except ApiError as error:
                self._answer(one, error.code, error.status())
        if not found:
            self._answer(request, 200, list_of(kind, [], self.cache.revision))

    def _collected(self, collection: Collection, response: Response) -> None:
        if collection.add(response):
            failure = collection.failure
            deleted = list_of(collection.kind, collection.items, self.cache.revision)
            code, body = (200, deleted) if failure is None else (failure.code, failure.body)
            self._answer(collection.request, code, body)

    def _looked_up(self, kind: Kind, request: Request) -> Obj:
        if request.verb == "list":
            items = [self._shown(kind, obj) for obj in self.cache.select(self._filter(request))]
            return list_of(kind, items, self.cache.revision)
        return self._read(kind, request)

    def _read(self, kind: Kind, request: Request) -> Obj:
        found = self.cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
        if found is None:
            raise not_found(kind.resource, request.name)
        if request.subresource == "scale":
            return scale_of(kind, found)
        if request.subresource not in ("", "status"):
            raise unknown_resource()
        return self._shown(kind, found)

    def _shown(self, kind: Kind, obj: Obj) -> Obj:
        return shown(obj, self.sim.now) if kind.kind == "Lease" else obj

    def _filter(self, request: Request) -> Filter:
        kind = served(request.resource)
        namespace = request.namespace if kind.namespaced else ""
        return Filter.of(kind.resource, namespace, request.options)

    def _open_watch(self, request: Request) -> None:
        """Watch from a revision on; without one (or 0) what there is comes first, as ADDED."""
        watch = Watch(request.id, request.source, self._filter(request))
        after = asked_revision(request)
        if after > self.cache.revision:
            text = f"Timeout: Too large resource version: {after}, current: {self.cache.revision}"
            raise ApiError(504, "Timeout", text)
        missed = self.cache.open(watch, after or self.cache.revision)
        if not after:
            missed = [("ADDED", self._shown(served(request.resource), obj)) for obj in self.cache.select(watch.filter)]
        self._answer(request, 200, {"kind": "Status", "status": "Success", "metadata": {}})
        if missed:
            self.send(request.source, WatchBatch(request.id, self.cache.revision, missed))

    def _check_size(self, write: Write) -> None:
        if write.value is not None and write.code == 201:
            size = rough_size(write.value)
            if size > self.limits.object_bytes:
                raise too_large(f"Request entity too large: limit is {self.limits.object_bytes}")

    def _fail_pending(self) -> None:
        pending, self._pending = self._pending, {}
        for lost in [*pending.values(), *self._event_lease.release()]:
            self._fail(lost, TIMED_OUT)

    def _fail(self, pending: Pending, error: str) -> None:
        self._answer(pending.request, 500, ApiError(500, "InternalError", error).status())

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
