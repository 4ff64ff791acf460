"""Named random streams derived from (seed, name): a new component never perturbs an old one. The only user of `random`."""

from __future__ import annotations

import hashlib
from array import array
from random import Random
from typing import Any


class Stream(Random):
    """One stream. Its 625 words of state are packed in a checkpoint."""

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled."""
        version, words, gauss = self.getstate()
        return (_restore, (version, array("L", words).tobytes(), gauss))


def _restore(version: int, packed: bytes, gauss: float | None) -> Stream:
    words = array("L")
    words.frombytes(packed)
    stream = Stream(0)
    stream.setstate((version, tuple(words), gauss))
    return stream


class Streams:
    """All randomness of a run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Stream] = {}

    def stream(self, name: str) -> Random:
        """The stream of this name, made on first use from the run's seed and the name."""
        found = self._streams.get(name)
        if found is None:
            self._streams[name] = found = self._begin(name)
        return found

    def once(self, name: str, low: int, high: int) -> int:
        """The first integer of a stream that nobody asks again: it is not kept."""
        return self._begin(name).randint(low, high)

    def uid(self, name: str) -> str:
        """A version 4 UUID, as Kubernetes gives to objects, drawn from the stream `name`."""
        bits = self.stream(name).getrandbits(128)
        bits = (bits & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _begin(self, name: str) -> Stream:
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return Stream(int.from_bytes(digest[:16], "big"))
