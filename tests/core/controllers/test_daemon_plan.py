"""Which pods a DaemonSet makes and deletes."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers.daemon_plan import Changes, Limits, allows_surge, limits, manage, rolling_update
from cluster_core.controllers.daemon_table import DaemonTable, View
from tests.core.controllers.sets import Obj, daemon, daemon_owner, machine

NOW = 1_800_000_000_000_000
HOT = {"key": "fire", "effect": "NoExecute"}
COLD = {"key": "ice", "effect": "NoSchedule"}
LEAVING = {"deletionTimestamp": "2026-01-01T00:00:00Z"}


def _strategy(surge: int | str = 0, unavailable: int | str = 1) -> Obj:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def _seen(nodes: list[Obj], pods: list[Obj], **spec: Any) -> tuple[DaemonTable, View]:
    there = {node["metadata"]["name"]: node for node in nodes}
    view, table = View(daemon_owner(**spec), "new", there.get, NOW), DaemonTable()
    for pod in pods:
        table.put(pod["spec"].get("nodeName") or "gone", pod["metadata"]["name"], pod)
    table.refresh(view, lambda: list(there))
    return table, view


def _shown(changes: Changes) -> tuple[list[str], list[str]]:
    return changes.nodes, [pod["metadata"]["name"] for pod in changes.pods]


def _three() -> list[Obj]:
    return [machine(name) for name in ("n1", "n2", "n3")]


def test_a_pod_for_each_node_that_lacks_one() -> None:
    assert _shown(manage(*_seen(_three(), [daemon("n2")]))) == (["n1", "n3"], [])


def test_pods_leave_nodes_where_they_may_not_stay() -> None:
    nodes = [machine("n1", HOT), machine("n2", COLD), machine("n3")]
    pods = [daemon("n1"), daemon("n2"), daemon("n3")]
    assert _shown(manage(*_seen(nodes, pods))) == ([], ["agent-n1-new"])


def test_the_oldest_of_several_stays() -> None:
    young = daemon("n1", name="young", creationTimestamp="2026-02-01T00:00:00Z")
    assert _shown(manage(*_seen([machine("n1")], [young, daemon("n1")]))) == ([], ["young"])


def test_a_pod_on_its_way_out_is_waited_for() -> None:
    assert not manage(*_seen([machine("n1")], [daemon("n1", **LEAVING)]))


def test_ended_pods_are_told_apart() -> None:
    failed = daemon("n1")
    failed["status"]["phase"] = "Failed"
    changes = manage(*_seen([machine("n1")], [failed]))
    assert [(node, pod["metadata"]["name"]) for node, pod in changes.ended] == [("n1", "agent-n1-new")]
    assert not changes


def test_pods_that_never_reached_a_node_that_is_gone_are_deleted() -> None:
    lost = daemon("gone")
    del lost["spec"]["nodeName"]
    assert _shown(manage(*_seen([], [lost]))) == ([], ["agent-gone-new"])
    assert not manage(*_seen([], [daemon("gone")]))


def test_limits_round_up_and_are_never_both_zero() -> None:
    assert limits(daemon_owner(updateStrategy=_strategy("30%", 0)), 4) == Limits(2, 0)
    assert limits(daemon_owner(updateStrategy=_strategy(0, "30%")), 4) == Limits(0, 2)
    assert limits(daemon_owner(updateStrategy=_strategy("0%", "0%")), 4) == Limits(0, 1)
    assert allows_surge(daemon_owner(updateStrategy=_strategy("1%", 0)))
    assert not allows_surge(daemon_owner(updateStrategy={"type": "OnDelete"}))


def test_as_many_old_pods_are_replaced_as_may_be_missing() -> None:
    pods = [daemon(name, "old") for name in ("n1", "n2", "n3")]
    assert _shown(rolling_update(*_seen(_three(), pods))) == ([], ["agent-n1-old"])
    two = _strategy(0, 2)
    assert _shown(rolling_update(*_seen(_three(), pods, updateStrategy=two))) == ([], ["agent-n1-old", "agent-n2-old"])


def test_nothing_is_replaced_while_a_new_pod_is_not_available() -> None:
    pods = [daemon("n1", ready=False), daemon("n2", "old"), daemon("n3", "old")]
    assert not rolling_update(*_seen(_three(), pods))
    gone = [daemon("n1", "old", **LEAVING), daemon("n2", "old"), daemon("n3", "old")]
    assert not rolling_update(*_seen(_three(), gone))


def test_old_pods_that_do_not_work_are_replaced_at_once() -> None:
    pods = [daemon("n1", "old", ready=False), daemon("n2", "old", ready=False), daemon("n3", "old")]
    assert _shown(rolling_update(*_seen(_three(), pods))) == ([], ["agent-n1-old", "agent-n2-old"])


def test_with_surge_new_pods_come_beside_the_old_ones() -> None:
    surge, pods = _strategy(1, 0), [daemon(name, "old") for name in ("n1", "n2", "n3")]
    assert _shown(rolling_update(*_seen(_three(), pods, updateStrategy=surge))) == (["n1"], [])
    both = [*pods, daemon("n1", ready=False)]
    assert not rolling_update(*_seen(_three(), both, updateStrategy=surge))
    ready = [*pods, daemon("n1")]
    assert _shown(rolling_update(*_seen(_three(), ready, updateStrategy=surge))) == (["n2"], ["agent-n1-old"])
    assert _shown(manage(*_seen(_three(), ready, updateStrategy=surge))) == ([], ["agent-n1-old"])
    assert not manage(*_seen(_three(), both, updateStrategy=surge))


def test_with_surge_an_old_pod_that_does_not_work_is_replaced_at_once() -> None:
    surge = _strategy(1, 0)
    pods = [daemon("n1", "old", ready=False), daemon("n2", "old"), daemon("n3", "old")]
    assert _shown(rolling_update(*_seen(_three(), pods, updateStrategy=surge))) == (["n1", "n2"], [])


def test_with_surge_a_node_that_is_given_up_keeps_its_pod_until_there_are_enough() -> None:
    surge, nodes = _strategy(1, 0), [machine("n1", COLD), machine("n2")]
    scarce = [daemon("n1", "old"), daemon("n2", ready=False)]
    assert not rolling_update(*_seen(nodes, scarce, updateStrategy=surge))
    enough = [daemon("n1", "old"), daemon("n2")]
    assert _shown(rolling_update(*_seen(nodes, enough, updateStrategy=surge))) == ([], ["agent-n1-old"])


def test_a_node_with_too_many_pods_is_left_to_the_other_part() -> None:
    pods = [daemon("n1", "old", name="a"), daemon("n1", "old", name="b")]
    assert not rolling_update(*_seen([machine("n1")], pods))
