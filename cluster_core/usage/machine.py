"""What the operating system, the kubelet and the container runtime of a node take of it."""

from __future__ import annotations

SYSTEM_MILLICORES = 35
SYSTEM_BYTES = 420 * 1024 * 1024
SYSTEM_DISK_BYTES = 6_000_000_000


def system_memory(capacity: int) -> int:
    """Bytes of memory; a small machine has a small system."""
    return min(SYSTEM_BYTES, capacity // 8)


def system_disk(capacity: int) -> int:
    """Bytes on the disk."""
    return min(SYSTEM_DISK_BYTES, capacity // 8)
