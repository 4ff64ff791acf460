"""The state hash: the digest of the event log, and the sum of the digests of every stored object."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from cluster_core.etcd.mvcc import EtcdError, Store

if TYPE_CHECKING:
    from cluster_core.cluster.world import World


class Fingerprint:
    """Computes the state hashes of one history. A sum goes forward by what etcd changed since the last one; for a moment
    before it, it is made anew."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[object, int]] = {}
        self._total = 0
        self._revision = 0

    def of(self, world: World) -> str:
        """32 hex digits."""
        store = world.store()
        if not self._go_on(store):
            self._begin(store)
        self._revision = store.revision
        text = f"{world.sim.number} {world.sim.digest} {self._total % 2**128}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def _begin(self, store: Store) -> None:
        before, self._digests, self._total = self._digests, {}, 0
        for key, value in store.items():
            known = before.get(key)
            self._digests[key] = known if known is not None and known[0] is value else (value, _digest(key, value))
            self._total += self._digests[key][1]

    def _go_on(self, store: Store) -> bool:
        """Take in what is new; False if it is not known what is."""
        if not 0 < self._revision <= store.revision:
            return False
        try:
            events = store.events("", self._revision + 1)
        except EtcdError:
            return False
        for key, value in {event[1]: event[2] for event in events}.items():
            known = self._digests.pop(key, None)
            self._total -= known[1] if known is not None else 0
            if value is not None:
                self._digests[key] = (value, _digest(key, value))
                self._total += self._digests[key][1]
        return True


def _digest(key: str, value: object) -> int:
    data = json.dumps([key, value], sort_keys=True, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")
