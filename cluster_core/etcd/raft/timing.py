"""Raft's times as etcd sets them by default, in µs."""

from __future__ import annotations

HEARTBEAT = 100_000
ELECTION_TIMEOUT = 1_000_000
