"""What a node's own programs take."""

from __future__ import annotations

from cluster_core.usage.machine import SYSTEM_BYTES, SYSTEM_DISK_BYTES, system_disk, system_memory


def test_a_small_machine_has_a_small_system() -> None:
    assert system_memory(8 << 30) == SYSTEM_BYTES
    assert system_memory(1 << 30) == 1 << 27
    assert system_disk(100 << 30) == SYSTEM_DISK_BYTES
    assert system_disk(8_000) == 1_000
