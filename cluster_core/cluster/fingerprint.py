"""The state hash: the digest of the event log, and the sum of the digests of every stored object."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

CACHED_MAX = 200_000


class Fingerprint:
    """Computes state hashes; digests of unchanged objects (same key and revision in this history) are kept."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[object, int]] = {}

    def of(self, world: World) -> str:
        """32 hex digits."""
        total = 0
        for key, value in world.stored():
            total += self._digest(key, value)
        text = f"{world.sim.number} {world.sim.digest} {total % 2**128}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def _digest(self, key: str, value: object) -> int:
        known = self._digests.get(key)
        if known is not None and known[0] is value:
            return known[1]
        data = json.dumps([key, value], sort_keys=True, separators=(",", ":")).encode()
        digest = int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")
        if len(self._digests) >= CACHED_MAX:
            self._digests.clear()
        self._digests[key] = (value, digest)
        return digest
