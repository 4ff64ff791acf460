"""Nominated pods."""

from __future__ import annotations

from cluster_core.scheduler.nominator import Nominator
from tests.core.scheduler.machines import pod


def test_a_nomination_that_is_not_in_the_status_yet_survives_an_update() -> None:
    nominator, waiting = Nominator(), pod("a", priority=5)
    nominator.nominate(waiting, "n1")
    nominator.update(waiting, pod("a", priority=5, labels={"x": "y"}))
    assert nominator.node_of("a") == "n1" and nominator.by_node["n1"][0].labels == {"x": "y"}
    written = pod("a", status={"nominatedNodeName": "n1"})
    nominator.update(written, pod("a"))
    assert nominator.node_of("a") == "" and not nominator.by_node


def test_those_of_lower_priority() -> None:
    nominator = Nominator()
    for name, priority in (("a", 1), ("b", 5), ("c", 9)):
        nominator.nominate(pod(name, priority=priority), "n1")
    assert [one.uid for one in nominator.lower("n1", 5)] == ["a"]
    assert nominator.lower("n2", 5) == []


def test_a_pod_is_nominated_once() -> None:
    nominator = Nominator()
    nominator.nominate(pod("a"), "n1")
    nominator.nominate(pod("a"), "n2")
    assert [*nominator.by_node] == ["n2"]
    nominator.nominate(pod("a"), "")
    assert not nominator.by_node
