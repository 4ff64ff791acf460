"""Probes: the closed formula equals probing tick by tick, and what follows from the outcomes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.kubelet import probes
from cluster_core.kubelet.script import NEVER
from tests.core.kubelet.fake_apiserver import SECOND, World
from tests.core.kubelet.test_pod_worker import NGINX, spec

HTTP = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5}


@given(
    st.sampled_from([probes.STARTUP, probes.READINESS, probes.LIVENESS]),
    st.integers(1, 7),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 40_000_000),
)
def test_course_equals_probing_every_period(kind: str, period: int, failures: int, successes: int, serves: int) -> None:
    probe = {"periodSeconds": period, "failureThreshold": failures, "successThreshold": successes}
    found = probes.course(probe, kind, 1_000_000, serves)
    failed = passed = killed = None
    bad = good = 0
    at = 1_000_000
    while passed is None and killed is None:
        if at >= serves:
            good += 1
            passed = at if good >= (successes if kind == probes.READINESS else 1) else None
        else:
            failed, bad = failed or at, bad + 1
            killed = at if kind != probes.READINESS and bad >= failures else None
        at += period * SECOND
    assert (found.failed_at, found.passed_at, found.killed_at) == (failed, passed, killed)


def test_never_serving_never_passes() -> None:
    found = probes.course({}, probes.READINESS, 5, NEVER)
    assert found == probes.Course(5, None, None)


def test_readiness_waits_for_the_port() -> None:
    world = World()
    probe = {"tcpSocket": {"port": 9555}, "initialDelaySeconds": 2}
    java = {
        "name": "c",
        "image": "example.com/shop/adservice:v1",
        "ports": [{"containerPort": 9555}],
        "readinessProbe": probe,
    }
    world.api.bind("ad", spec(java))
    world.run(11)
    assert world.condition("ad", "Ready")["status"] == "False" and world.kubelet.listening("uid-ad") == []
    text = "Readiness probe failed: dial tcp 10.244.1.2:9555: connect: connection refused"
    assert ("Warning", "Unhealthy", text) in world.api.events
    world.run(25)
    assert world.condition("ad", "Ready")["status"] == "True"
    assert world.kubelet.listening("uid-ad") == [(9555, "c")]


def test_liveness_on_a_port_nobody_serves_restarts_the_container() -> None:
    world = World()
    probe = {"httpGet": {"path": "/healthz", "port": 9999}, "periodSeconds": 3, "failureThreshold": 2}
    world.api.bind("web", spec({**NGINX, "livenessProbe": probe}), {"sim.orrery/start-seconds": "1"})
    world.run(8)
    assert ("Normal", "Killing", "Container c failed liveness probe, will be restarted") in world.api.events
    assert world.container("web")["restartCount"] == 1
    started, exited = world.when("pod.container-started"), world.when("pod.container-exited")
    assert exited[0] - started[0] == 3 * SECOND + 100_000


def test_startup_probe_gates_the_others() -> None:
    world = World()
    container = {
        "name": "c",
        "image": "example.com/tomcat:10",
        "ports": [{"name": "web", "containerPort": 8080}],
        "startupProbe": {"httpGet": {"port": "web"}, "periodSeconds": 2, "failureThreshold": 30},
        "livenessProbe": {"httpGet": {"port": "web"}, "periodSeconds": 1, "failureThreshold": 1},
        "readinessProbe": {"httpGet": {"port": "web"}, "periodSeconds": 1},
    }
    world.api.bind("java", spec(container), {"sim.orrery/term-seconds": "1"})
    world.run(40)
    found = world.container("java")
    assert found["ready"] and found["started"] and found["restartCount"] == 0
    passed = [e.params for e in world.trace.entries if e.message_id == "pod.probe-passed"]
    assert [(one["probe"], one["period"]) for one in passed] == [("startup", 2 * SECOND), ("readiness", SECOND)]


def test_never_ready_and_ready_seconds() -> None:
    world = World()
    world.api.bind("never", spec(), {"sim.orrery/start-seconds": "1", "sim.orrery/never-ready": "true"})
    world.api.bind("slow", spec(), {"sim.orrery/start-seconds": "1", "sim.orrery/ready-seconds": "5"})
    world.run(5.9)
    assert world.condition("slow", "Ready")["status"] == "False"
    world.run(0.2)
    assert world.condition("slow", "Ready")["status"] == "True"
    world.run(100)
    assert world.condition("never", "Ready")["status"] == "False"
    assert world.container("never")["state"].keys() == {"running"}
