"""Named random streams derived from (seed, name): a new component never perturbs an old one. The only user of `random`."""

from __future__ import annotations

import hashlib
from random import Random


class Streams:
    """All randomness of a run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """The stream of this name, made on first use from the run's seed and the name."""
        found = self._streams.get(name)
        if found is None:
            digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            self._streams[name] = found = Random(int.from_bytes(digest[:16], "big"))
        return found

    def uid(self, name: str) -> str:
        """A version 4 UUID, as Kubernetes gives to objects, drawn from the stream `name`."""
        bits = self.stream(name).getrandbits(128)
        bits = (bits & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
