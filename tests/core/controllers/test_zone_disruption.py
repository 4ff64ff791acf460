"""How fast silent nodes are given up."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers.zone_disruption import Zones, zone_of

SECOND = 1_000_000


def _node(ready: bool = True, zone: str = "a", **labels: str) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "Unknown"}]
    return {
        "metadata": {"labels": {"topology.kubernetes.io/zone": zone, **labels}},
        "status": {"conditions": conditions},
    }


def _zones(silent: int, ready: int, zone: str = "a", zones: Zones | None = None) -> Zones:
    zones = zones or Zones()
    for number in range(silent + ready):
        zones.note(f"{zone}{number}", _node(number >= silent, zone), 0)
    zones.look(0)
    return zones


def test_one_node_every_ten_seconds() -> None:
    zones = _zones(2, 3)
    assert zones.wait(":a", SECOND) == 0
    zones.take(":a", SECOND)
    assert zones.wait(":a", 2 * SECOND) == 9 * SECOND and zones.wait(":a", 11 * SECOND) == 0


def test_none_where_more_than_half_of_a_small_zone_is_silent() -> None:
    zones = _zones(2, 1)
    assert zones.wait(":a", 0) == 0, "two are too few to say"
    zones.note("a9", _node(ready=False), 0)
    assert zones.look(0) == ["a0", "a1", "a9"] and zones.wait(":a", 0) is None
    zones.note("a9", _node(), 5)
    assert zones.look(5) == ["a0", "a1"] and zones.wait(":a", 5) == 0


def test_a_large_zone_goes_on_slowly() -> None:
    zones = _zones(40, 20)
    zones.take(":a", 0)
    assert zones.wait(":a", 0) == 100 * SECOND


def test_all_zones_silent_is_the_cluster_that_sees_nothing() -> None:
    zones = _zones(2, 1, "b", _zones(2, 0))
    assert zones.zones[":a"].state == "FullDisruption" and zones.wait(":a", 0) == 0
    zones.note("b2", _node(ready=False, zone="b"), 0)
    assert sorted(zones.look(0) or ()) == ["a0", "a1", "b0", "b1", "b2"] and zones.all_lost
    assert zones.wait(":a", 0) is None
    zones.note("b2", None, 7)
    zones.note("b1", _node(zone="b"), 7)
    assert zones.look(7) is not None and not zones.all_lost and zones.since["b1"] == 7


def test_a_node_may_be_left_out() -> None:
    zones = _zones(0, 1)
    zones.note("x", _node(ready=False, **{"node.kubernetes.io/exclude-disruption": "true"}), 0)
    assert zones.zones[":a"].silent == 0
    assert zone_of({"metadata": {}}) == ""
