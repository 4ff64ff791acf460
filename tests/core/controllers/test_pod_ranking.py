"""Which pods go first."""

from __future__ import annotations

from typing import Any

from cluster_core.api.timestamp import rfc3339
from cluster_core.controllers.pod_ranking import deletion_cost, on_nodes, rank

SECOND = 1_000_000
NOW = 10_000 * SECOND


def _pod(name: str, **facts: Any) -> dict[str, Any]:
    since = facts.get("ready_since", 0)
    conditions = (
        [{"type": "Ready", "status": "True", "lastTransitionTime": rfc3339(since)}] if facts.get("ready", True) else []
    )
    made = rfc3339(facts.get("made", 0))
    meta = {"name": name, "uid": facts.get("uid", name), "creationTimestamp": made}
    meta["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": str(facts["cost"])} if "cost" in facts else {}
    status = {"phase": facts.get("phase", "Running"), "conditions": conditions}
    status["containerStatuses"] = [{"restartCount": facts.get("restarts", 0)}]
    return {"metadata": meta, "spec": {"nodeName": facts.get("node", "n1")}, "status": status}


def _order(*pods: dict[str, Any], on: dict[str, int] | None = None) -> list[str]:
    return [pod["metadata"]["name"] for pod in rank(list(pods), on or {}, NOW)]


def test_each_rule_before_the_next() -> None:
    pods = [
        _pod("old"),
        _pod("restarted", restarts=3),
        _pod("crowded", node="n2"),
        _pod("cheap", cost=-5),
        _pod("unready", ready=False),
        _pod("pending", phase="Pending"),
        _pod("homeless", node=""),
    ]
    expected = ["homeless", "pending", "unready", "cheap", "crowded", "restarted", "old"]
    assert _order(*pods, on={"n1": 1, "n2": 2}) == expected
    assert _order(*reversed(pods), on={"n1": 1, "n2": 2}) == expected


def test_ages_count_by_their_magnitude_only() -> None:
    young, middle, old = NOW - 10 * SECOND, NOW - 12 * SECOND, NOW - 1000 * SECOND
    assert _order(_pod("a", ready_since=old, uid="1"), _pod("b", ready_since=young, uid="2")) == ["b", "a"]
    assert _order(_pod("a", ready_since=middle, uid="1"), _pod("b", ready_since=young, uid="2")) == ["a", "b"]


def test_creation_decides_among_pods_ready_at_the_same_time() -> None:
    assert _order(_pod("a", made=0), _pod("b", made=NOW - SECOND)) == ["b", "a"]


def test_a_cost_that_is_no_number_is_none() -> None:
    pod = _pod("a", cost="dear")
    assert deletion_cost(pod) == 0


def test_only_active_pods_crowd_a_node() -> None:
    gone = _pod("gone", phase="Failed")
    assert on_nodes([_pod("a"), _pod("b", node="n2"), _pod("c", node="n2"), gone]) == {"n1": 1, "n2": 2}
