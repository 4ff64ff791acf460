"""The API server's writes on their way through etcd: which are pending, what becomes of them. Upstream: apiserver `storage/etcd3/store.go`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.request import Request
from cluster_core.apiserver.etcd_client import EtcdClient
from cluster_core.apiserver.event_lease import TTL_S, EventLease
from cluster_core.apiserver.watch_cache import storage_key
from cluster_core.apiserver.write import Write
from cluster_core.etcd.api import TIMED_OUT, LeaseResponse, TxnResponse


@dataclass(slots=True)
class Pending:
    """A write on its way through etcd."""

    request: Request
    form: Form
    write: Write
    tries: int = 0


class StoringServer(EtcdClient):
    """A server that stores objects. Subclasses say what happens when a write was `stored`, has `lost_race` or has `failed`."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str]) -> None:
        super().__init__(sim, name, host, members)
        self._pending: dict[int, Pending] = {}
        self._event_lease = EventLease()

    def store(self, form: Form, request: Request, write: Write, tries: int = 0) -> None:
        """Send a write to etcd; an Event once there is a lease that ends it."""
        pending = Pending(request, form, write, tries)
        if form.kind.kind != "Event" or write.value is None:
            self._commit(pending)
        elif self._event_lease.covers(self.sim.now):
            self._commit(pending, self._event_lease.attach())
        else:
            self._event_lease.waiting.append(pending)
            self._event_lease.asked = self._event_lease.asked or self.grant(TTL_S)

    def on_txn_response(self, response: TxnResponse) -> None:
        """A write has been decided by etcd."""
        pending = self._pending.pop(response.id, None)
        if pending is None:
            return
        if response.error:
            self._event_lease.lease = 0
            self.failed(pending, response.error)
        elif not response.ok:
            self.lost_race(pending)
        else:
            self.stored(pending, response.revision)

    def on_lease_response(self, response: LeaseResponse) -> None:
        """The lease for the next Events is there: those that waited for it are written."""
        if response.id != self._event_lease.asked:
            return
        if not response.error:
            self._event_lease.granted(response.lease, self.sim.now)
        for pending in self._event_lease.release():
            if response.error:
                self.failed(pending, response.error)
            else:
                self._commit(pending, self._event_lease.attach())

    def fail_pending(self) -> None:
        """The member is gone: nobody will tell what became of the writes that it was given."""
        pending, self._pending = self._pending, {}
        for lost in [*pending.values(), *self._event_lease.release()]:
            self.failed(lost, TIMED_OUT)

    def crash(self) -> None:
        """What was in flight was in memory."""
        super().crash()
        self._pending, self._event_lease = {}, EventLease()

    def stored(self, pending: Pending, revision: int) -> None:
        """A write is in etcd, at a revision."""
        raise NotImplementedError

    def lost_race(self, pending: Pending) -> None:
        """Somebody else wrote first."""
        raise NotImplementedError

    def failed(self, pending: Pending, error: str) -> None:
        """etcd could not decide."""
        raise NotImplementedError

    def _commit(self, pending: Pending, lease: int = 0) -> None:
        request, kind, write = pending.request, pending.form.kind, pending.write
        key = storage_key(kind.resource, request.namespace if kind.namespaced else "", write.name)
        self._pending[self.commit(key, write.value, write.revision, lease)] = pending
