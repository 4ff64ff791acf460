"""Loads begin, end and take each other's place."""

from __future__ import annotations

from cluster_core.api.selector import from_map
from cluster_core.usage.load import LOADS_MAX, Load, Traffic

WEB = from_map({"app": "web"})


def test_a_load_falls_on_the_pods_of_its_namespace_and_selector() -> None:
    load = Load("shop", WEB, 100)
    assert load.matches("shop", {"app": "web", "x": "y"})
    assert not load.matches("default", {"app": "web"})
    assert not load.matches("shop", {"app": "db"})


def test_a_new_load_ends_the_old_one_and_the_past_stays() -> None:
    traffic = Traffic()
    traffic.set(Load("default", WEB, 100, since=10))
    traffic.set(Load("default", from_map({"app": "db"}), 7, since=15))
    traffic.set(Load("default", WEB, 300, since=20))
    assert [(one.millicores, one.until) for one in traffic.loads] == [(100, 20), (7, None), (300, None)]
    assert [one.millicores for one in traffic.between(12, 14)] == [100]
    assert [one.millicores for one in traffic.between(20, 30)] == [7, 300]
    assert traffic.loads[0].holds(19) and not traffic.loads[0].holds(20)


def test_they_are_bounded() -> None:
    traffic = Traffic()
    for at in range(LOADS_MAX + 5):
        traffic.set(Load("default", WEB, at, since=at))
    assert len(traffic.loads) == LOADS_MAX
