"""Consumption: sharing among Ready pods, limits, curves; the average is the exact integral."""

from __future__ import annotations

from cluster_core.api.selector import from_map
from cluster_core.usage.consumption import Consumption
from cluster_core.usage.curve import Curve
from cluster_core.usage.load import Load
from cluster_core.usage.meter import ContainerMeter, PodMeter

WEB = from_map({"app": "web"})
SECOND = 1_000_000
MILLI = 1_000_000


def pod(name: str, turns: tuple[int, ...] = (0,), limit: int = 0, memory_limit: int = 0, cpu: int = 0) -> PodMeter:
    container = ContainerMeter("c", ((0, None),), cpu, 1000, limit, memory_limit)
    return PodMeter("default", name, name, "node-1", {"app": "web"}, (container,), turns)


def cpu(found: Consumption, one: PodMeter, begin: int, end: int) -> int:
    return found.cpu(one, one.containers[0], begin * SECOND, end * SECOND)


def test_a_load_is_shared_by_the_pods_that_are_ready() -> None:
    first, second = pod("a"), pod("b", turns=(10 * SECOND,))
    found = Consumption([first, second], [Load("default", WEB, 400)])
    assert cpu(found, first, 0, 10) == 400 * MILLI
    assert cpu(found, first, 10, 20) == 200 * MILLI
    assert cpu(found, first, 0, 20) == 300 * MILLI
    assert cpu(found, second, 0, 20) == 100 * MILLI


def test_what_it_takes_without_load_and_what_each_pod_gets() -> None:
    one = pod("a", cpu=5)
    found = Consumption([one], [Load("default", WEB, per_pod=50, since=10 * SECOND, until=15 * SECOND)])
    assert cpu(found, one, 0, 20) == 5 * MILLI + 50 * MILLI * 5 // 20
    assert found.is_still(one, 15 * SECOND)
    assert not found.is_still(one, 9 * SECOND)


def test_the_kernel_throttles_at_the_limit() -> None:
    ramp = Curve(((0, 0), (10 * SECOND, 100)))
    one = pod("a", limit=500)
    found = Consumption([one], [Load("default", WEB, 1000, curve=ramp)])
    # Five seconds up to the limit, then five at it: 1.25 + 2.5 core seconds in ten.
    assert cpu(found, one, 0, 10) == 375 * MILLI
    assert cpu(found, one, 10, 20) == 500 * MILLI


def test_memory_is_bounded_by_its_limit() -> None:
    one = pod("a", memory_limit=1500)
    found = Consumption([one], [Load("default", WEB, memory=400), Load("default", WEB, memory=400, since=10)])
    assert found.memory(one, one.containers[0], 5) == 1400
    assert found.memory(one, one.containers[0], 10) == 1500
    assert found.memory_wanted(one, one.containers[0], 10) == 1800


def test_nothing_runs_nothing_is_taken() -> None:
    container = ContainerMeter("c", ((5 * SECOND, 10 * SECOND),), 100, 1000)
    one = PodMeter("default", "a", "a", "node-1", {"app": "web"}, (container,), (0,))
    found = Consumption([one], [])
    assert cpu(found, one, 0, 20) == 25 * MILLI
    assert found.memory(one, container, 12 * SECOND) == 0


def test_a_curve_that_repeats_is_never_still() -> None:
    one = pod("a")
    found = Consumption([one], [Load("default", WEB, 100, curve=Curve(((0, 0), (SECOND, 100)), repeats=True))])
    assert not found.is_still(one, 10**9)
    assert cpu(found, one, 0, 10) == 50 * MILLI
