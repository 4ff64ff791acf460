"""The dictionary is the one of the draft: zlib knows it by its checksum."""

from __future__ import annotations

import zlib

from explorer.kubeapi.streams.spdy_dictionary import DICTIONARY


def test_its_checksum() -> None:
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)
