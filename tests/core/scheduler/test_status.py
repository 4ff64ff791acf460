"""The statuses of all nodes in a cycle."""

from __future__ import annotations

from cluster_core.scheduler.status import UNRESOLVABLE, UNSCHEDULABLE, NodeStatuses, Status


def test_nodes_that_were_not_looked_at_count_with_what_was_said_of_them_all() -> None:
    said = {"a": Status(UNSCHEDULABLE, ["x", "y"], "P"), "b": Status(UNSCHEDULABLE, ["x"], "Q")}
    refused = NodeStatuses(5, said, Status(UNRESOLVABLE, ["z"]), narrowed_by=["R"])
    assert refused.reasons() == {"x": 2, "y": 1, "z": 3}
    assert (refused.with_code(UNSCHEDULABLE), refused.with_code(UNRESOLVABLE)) == (2, 3)
    assert refused.plugins() == ["P", "Q", "R"]
    assert refused.get("a") is said["a"] and refused.get("c") is refused.absent


def test_without_such_nodes_nobody_speaks_for_the_others() -> None:
    refused = NodeStatuses(5, {"a": Status(UNSCHEDULABLE, ["x"], "P")})
    assert refused.get("b") is None and refused.unsaid == 0 and refused.reasons() == {"x": 1}
    assert not NodeStatuses(5)
