"""What follows from the outcomes of probes: alarms, readiness, restarts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import spec

SERVER = {"name": "c", "image": "example.com/server:1", "ports": [{"containerPort": 8080}]}
OPEN: dict[str, Any] = {"tcpSocket": {"port": 8080}, "periodSeconds": 2}
SHUT: dict[str, Any] = {"tcpSocket": {"port": 9}, "periodSeconds": 2, "failureThreshold": 3}
EXACT = {"sim.orrery/start-seconds": "1", "sim.orrery/term-seconds": "1"}


def world_of(policy: str = "Always", **probes: Any) -> World:
    world = World()
    world.api.bind("web", spec({**SERVER, **probes}, restartPolicy=policy), EXACT)
    return world


def told(world: World, message_id: str) -> list[tuple[str, int]]:
    """(probe, seconds after the first start) of the entries with this id."""
    started = world.when("pod.container-started")[0]
    entries = [entry for entry in world.trace.entries if entry.message_id == message_id]
    return [(str(entry.params["probe"]), round((entry.at - started) / SECOND)) for entry in entries]


def test_without_probes_a_container_is_ready_as_it_runs() -> None:
    world = world_of()
    world.run(3)
    assert world.container("web")["ready"] and world.container("web")["started"]
    assert told(world, "pod.probe-passed") == []


def test_a_readiness_probe_holds_the_pod_back_until_it_passes() -> None:
    world = world_of(readinessProbe={**OPEN, "initialDelaySeconds": 4})
    world.run(4)
    assert (world.container("web")["ready"], world.container("web")["started"]) == (False, True)
    world.run(3)
    assert world.container("web")["ready"] and told(world, "pod.probe-passed") == [("readiness", 4)]


def test_a_readiness_probe_that_fails_kills_nobody() -> None:
    world = world_of(readinessProbe=SHUT)
    world.run(60)
    assert told(world, "pod.probe-failed") == [("readiness", 0)]
    assert (world.container("web")["restartCount"], world.container("web")["ready"]) == (0, False)


@pytest.mark.parametrize(("probe", "kind"), [("livenessProbe", "liveness"), ("startupProbe", "startup")])
def test_the_last_failure_that_is_allowed_ends_the_container(probe: str, kind: str) -> None:
    world = world_of(**{probe: SHUT})
    world.run(8)
    text = f"Container c failed {kind} probe, will be restarted"
    assert ("Normal", "Killing", text) in world.api.events
    started, exited = world.when("pod.container-started"), world.when("pod.container-exited")
    assert exited[0] - started[0] == 2 * 2 * SECOND + SECOND, "three failures two seconds apart, a second to stop"
    assert started[1] == exited[0], "the first restart is immediate"
    assert [entry.params["grace"] for entry in world.trace.entries if entry.message_id == "pod.term-sent"][:1] == [
        30 * SECOND
    ]


def test_a_pod_that_never_restarts_fails_with_its_liveness_probe() -> None:
    world = world_of("Never", livenessProbe=SHUT)
    world.run(20)
    assert ("Normal", "Killing", "Container c failed liveness probe") in world.api.events
    assert not any("will be restarted" in text for _, _, text in world.api.events)
    pod = world.api.pod("web")
    assert pod is not None and len(world.when("pod.container-started")) == 1


def test_a_probe_may_bring_a_grace_period_of_its_own() -> None:
    world = World()
    probe = {**SHUT, "terminationGracePeriodSeconds": 5}
    world.api.bind("web", spec({**SERVER, "livenessProbe": probe}), EXACT | {"sim.orrery/term-seconds": "60"})
    world.run(20)
    term, kill = world.when("pod.term-sent")[0], world.when("pod.kill-sent")[0]
    assert kill - term == 5 * SECOND
    last = world.container("web")["lastState"]["terminated"]
    assert last["exitCode"] == 137


def test_a_startup_probe_holds_back_the_other_probes_and_the_next_container() -> None:
    world = World()
    slow = {**SERVER, "image": "example.com/tomcat:10", "startupProbe": {**OPEN, "failureThreshold": 30}}
    slow |= {"readinessProbe": {**OPEN, "periodSeconds": 1}, "livenessProbe": {**SHUT, "tcpSocket": {"port": 8080}}}
    sidecar = {**slow, "restartPolicy": "Always"}
    world.api.bind("web", spec({"name": "app", "image": "nginx:1.25"}, initContainers=[sidecar]), EXACT)
    world.run(60)
    kinds = [probe for probe, _ in told(world, "pod.probe-passed")]
    assert kinds == ["startup", "readiness"] and ("liveness", 0) not in told(world, "pod.probe-failed")
    passed = next(entry.at for entry in world.trace.entries if entry.message_id == "pod.probe-passed")
    app = [entry.at for entry in world.trace.entries if entry.params.get("container") == "app"]
    assert min(app) >= passed, "a sidecar has started when its startup probe says so"


def test_init_containers_are_not_probed() -> None:
    world = World()
    init = {"name": "i", "image": "busybox", "command": ["sleep", "2"], "livenessProbe": SHUT}
    world.api.bind("web", spec(SERVER, initContainers=[init]), {})
    world.run(60)
    assert told_probes(world) == [] and world.container("web")["ready"]


def told_probes(world: World) -> list[str]:
    return [entry.message_id for entry in world.trace.entries if entry.message_id.startswith("pod.probe")]


def test_after_a_restart_of_the_kubelet_probing_goes_on() -> None:
    world = world_of(readinessProbe={**OPEN, "initialDelaySeconds": 10})
    world.run(3)
    world.kubelet.stop_program()
    world.run(20)
    assert not world.container("web")["ready"]
    world.kubelet.restart()
    world.run(5)
    assert world.container("web")["ready"] and world.container("web")["restartCount"] == 0
