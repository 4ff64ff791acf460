"""Counts in the status of workloads."""

from __future__ import annotations

from cluster_core.api.kinds.replica_status import validate_collisions, validate_replica_status

COUNTS = ("replicas", "readyReplicas", "availableReplicas")


def test_parts_and_the_whole() -> None:
    assert validate_replica_status({"replicas": 2, "readyReplicas": 1, "availableReplicas": 1}, COUNTS) == []
    found = validate_replica_status({"replicas": 1, "readyReplicas": 2, "availableReplicas": 3}, COUNTS)
    assert [(cause.field, cause.detail) for cause in found] == [
        ("status.readyReplicas", "cannot be greater than status.replicas"),
        ("status.availableReplicas", "cannot be greater than status.replicas"),
        ("status.availableReplicas", "cannot be greater than readyReplicas"),
    ]


def test_collisions_only_grow() -> None:
    assert validate_collisions({"collisionCount": 2}, {"collisionCount": 1}) == validate_collisions({}, {}) == []
    assert [cause.text() for cause in validate_collisions({}, {"collisionCount": 1})] == [
        "status.collisionCount: Invalid value: 0: cannot be decremented"
    ]
