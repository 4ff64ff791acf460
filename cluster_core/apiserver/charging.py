"""The API server's charges: quotas are written before what they are charged for. See `admission/resource_quota.py`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.admission.resource_quota import (
    NAME,
    QUOTAS,
    TRIES_MAX,
    Batch,
    QuotaGate,
    charge,
    is_counted,
    too_often,
)
from cluster_core.apiserver.caching import CachingServer
from cluster_core.apiserver.storing import Pending
from cluster_core.apiserver.watch_cache import storage_key
from cluster_core.apiserver.write import revision, stored
from cluster_core.etcd.api import TxnResponse


class ChargingServer(CachingServer):
    """A server whose writes pass the quotas of their namespace. Subclasses say what happens to a `refused` one."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str]) -> None:
        super().__init__(sim, name, host, members)
        self._quotas = QuotaGate()

    def admit_and_store(self, pending: Pending) -> None:
        """Charge a write to the quotas of its namespace, if there are any, and store it."""
        if not is_counted(pending, self.cache):
            self.store(pending.form, pending.request, pending.write, pending.tries)
            return
        namespace = pending.request.namespace
        self._quotas.waiting.setdefault(namespace, []).append(pending)
        if namespace not in self._quotas.batches:
            self._charge_waiting(namespace)

    def check_quotas(self, pending: Pending) -> None:
        """Raise 403 if a write that is only tried out does not fit into a quota."""
        if is_counted(pending, self.cache):
            for _pending, error in charge([pending], self.cache, pending.request.namespace, self.sim.now).refused:
                raise error

    def on_txn_response(self, response: TxnResponse) -> None:
        """A charge or a write has been decided by etcd."""
        found = self._quotas.batch_of(response.id)
        if found is None:
            super().on_txn_response(response)
            return
        namespace, batch = found
        name = batch.writes.pop(response.id)
        if response.error:
            del self._quotas.batches[namespace]
            for pending in batch.admitted:
                self.failed(pending, response.error)
            self._charge_waiting(namespace)
            return
        if not response.ok:
            batch.lost.append(name)
        if not batch.writes:
            self._charged(namespace, batch)

    def fail_pending(self) -> None:
        """So are charges, and what waited for them."""
        lost = self._quotas.release()
        super().fail_pending()
        for pending in lost:
            self.failed(pending, "etcdserver: request timed out")

    def crash(self) -> None:
        """What waited was in memory."""
        super().crash()
        self._quotas = QuotaGate()

    def refused(self, pending: Pending, error: ApiError) -> None:
        """A write does not fit into a quota."""
        raise NotImplementedError

    def _charge_waiting(self, namespace: str) -> None:
        waiting = self._quotas.waiting.pop(namespace, [])
        if waiting:
            self._charge(namespace, waiting, None, 0)

    def _charge(self, namespace: str, waiting: list[Pending], names: list[str] | None, tries: int) -> None:
        result = charge(waiting, self.cache, namespace, self.sim.now, names)
        for pending, error in result.refused:
            self.refused(pending, error)
        for pending in result.free:
            self.store(pending.form, pending.request, pending.write, pending.tries)
        if result.admitted:
            batch = self._quotas.batches[namespace] = Batch(result.admitted, tries=tries)
            for name, quota in result.quotas.items():
                key = storage_key(QUOTAS, namespace, name)
                batch.writes[self.commit(key, stored(quota), revision(quota))] = name
        else:
            self._charge_waiting(namespace)

    def _charged(self, namespace: str, batch: Batch) -> None:
        del self._quotas.batches[namespace]
        if batch.lost and batch.tries < TRIES_MAX:
            self._charge(namespace, batch.admitted, batch.lost, batch.tries + 1)
            return
        for pending in batch.admitted:
            if batch.lost:
                self.refused(pending, too_often(pending, batch.lost[0]))
            else:
                pending.write.admission = [*pending.write.admission, [NAME, 0]]
                self.store(pending.form, pending.request, pending.write, pending.tries)
        self._charge_waiting(namespace)
