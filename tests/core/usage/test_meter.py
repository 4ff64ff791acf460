"""What is known of a container at a moment."""

from __future__ import annotations

from cluster_core.usage.meter import ContainerMeter, PodMeter


def test_the_run_of_a_moment() -> None:
    meter = ContainerMeter("c", ((10, 20), (30, None)), 1, 1)
    assert [meter.run_at(at) for at in (5, 10, 19, 20, 30, 99)] == [None, 10, 10, None, 30, 30]


def test_readiness_turns_and_the_first_container_serves() -> None:
    first, second = ContainerMeter("init", (), 0, 0, is_init=True), ContainerMeter("c", (), 0, 0)
    pod = PodMeter("default", "web", "u", "node-1", {}, (first, second), (10, 20, 30))
    assert [pod.is_ready(at) for at in (9, 10, 20, 35)] == [False, True, False, True]
    assert pod.target_of("") == "c"
    assert pod.target_of("unknown") == "c"
    assert pod.key == ("default", "web")
