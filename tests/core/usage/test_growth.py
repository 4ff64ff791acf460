"""When memory grows past a level."""

from __future__ import annotations

from cluster_core.api.selector import from_map
from cluster_core.usage.curve import Curve
from cluster_core.usage.growth import HORIZON_US, Growth, growth_of, together
from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter

WEB = from_map({"app": "web"})
RAMP = Curve(((0, 0), (100, 100)))


def load(
    memory: int, curve: Curve | None = None, since: int = 0, until: int | None = None, container: str = ""
) -> Load:
    return Load("default", WEB, memory=memory, curve=curve or Curve(), since=since, until=until, container=container)


def grows(*loads: Load, base: int = 0) -> Growth:
    return Growth(base, tuple((1, one) for one in loads))


def test_what_stays_is_above_at_once_or_never() -> None:
    assert Growth(100).first_above(99, 7) == 7
    assert Growth(100).first_above(100, 7) is None
    assert Growth(100).is_still(7)


def test_a_ramp_passes_the_level_where_the_line_says() -> None:
    growth = grows(load(1_000, RAMP), base=100)
    assert growth.at(50, 50) == 600
    assert growth.first_above(599, 0) == 50
    assert growth.first_above(1_100, 0) is None
    assert not growth.is_still(0) and growth.is_still(100)


def test_a_load_that_begins_later_is_a_jump() -> None:
    growth = grows(load(1_000, since=40, until=60))
    assert growth.first_above(500, 0) == 40
    assert growth.first_above(500, 60) is None
    assert growth.edges(0) == [40, 60]


def test_a_curve_that_repeats_is_followed_up_to_the_horizon() -> None:
    waves = Curve(((0, 0), (1_000_000, 100), (2_000_000, 0)), repeats=True)
    growth = grows(load(1_000, waves))
    assert growth.first_above(499, 1_600_000) == 2_500_000
    assert growth.first_above(1_000, 0) is None
    assert HORIZON_US >= 3_600_000_000


def test_loads_fall_on_containers_of_ready_pods() -> None:
    container = ContainerMeter("c", ((0, None),), 0, 50)
    pod = PodMeter("default", "web", "u", "node-1", {"app": "web"}, (container,))
    loads = [load(10), load(20, container="other"), load(0)]
    assert growth_of(pod, container, loads, ready=True).at(5, 5) == 80
    assert growth_of(pod, container, loads, ready=False).at(5, 5) == 50
    elsewhere = PodMeter("other", "web", "u", "node-1", {"app": "web"}, (container,))
    assert growth_of(elsewhere, container, loads, ready=True).loads == ()


def test_together_they_count_each_load_as_often_as_it_falls() -> None:
    shared = load(10)
    both = together([grows(shared, base=1), grows(shared, base=2)], beside=100)
    assert both.loads == ((2, shared),)
    assert both.at(0, 0) == 123
