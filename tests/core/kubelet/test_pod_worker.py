"""A pod's life on a node: order of writes, restarts, init containers, sidecars, termination."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.core.kubelet.fake_apiserver import SECOND, World

NGINX = {"name": "c", "image": "nginx:1.25"}


def spec(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"containers": list(containers) or [NGINX], **fields}


def test_a_pod_lives_in_the_order_of_the_real_kubelet() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    assert world.ids("web") == [
        "pod.sandbox-created",
        "pod.address-assigned",
        "pod.pull-started",
        "pod.pulled",
        "pod.container-started",
        "pod.ready",
    ]
    assert [reason for _, reason, _ in world.api.events[2:]] == ["Pulling", "Pulled", "Created", "Started"]
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["phase"] == "Running" and pod["status"]["podIP"] == "10.244.1.2"
    assert world.condition("web", "Ready")["status"] == "True"
    world.api.delete("web")
    world.run(5)
    assert world.ids("web")[6:] == [
        "pod.terminating",
        "pod.term-sent",
        "pod.container-exited",
        "pod.stopped",
        "pod.not-ready",
    ]
    assert world.api.pod("web") is None and world.network.held == {} and not world.kubelet.workers
    last = [obj["status"]["phase"] for kind, obj in world.api.writes if kind == "DELETED"]
    assert last == ["Succeeded"]
    assert len(world.api.writes) + len(world.api.events) - 2 <= 14


def test_first_status_says_why_the_pod_is_not_ready() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(0.05)
    assert world.condition("web", "Ready")["message"] == "containers with unready status: [c]"
    assert world.container("web")["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert world.condition("web", "PodReadyToStartContainers")["status"] == "False"


def test_init_containers_run_one_after_the_other() -> None:
    world = World()
    inits = [{"name": "i1", "image": "busybox"}, {"name": "i2", "image": "busybox"}]
    world.api.bind(
        "init", spec(initContainers=inits), {"sim.orrery/start-seconds": "1", "sim.orrery/init-seconds": "1.5"}
    )
    world.run(0.5)
    assert world.condition("init", "Initialized")["message"] == "containers with incomplete status: [i1 i2]"
    world.run(10)
    assert world.when("pod.init-started")[1] == world.when("pod.init-finished")[0]
    assert world.when("pod.container-started")[0] == world.when("pod.init-finished")[1]
    assert [b - a for a, b in zip(world.when("pod.init-started"), world.when("pod.init-finished"), strict=True)] == [
        1_500_000,
        1_500_000,
    ]
    assert world.condition("init", "Initialized")["status"] == "True"


def test_crash_loop_doubles_from_ten_seconds() -> None:
    world = World()
    notes = {"sim.orrery/start-seconds": "1", "sim.orrery/run-seconds": "2", "sim.orrery/exit-code": "1"}
    world.api.bind("crash", spec(), notes)
    world.run(90)
    started, exited = world.when("pod.container-started"), world.when("pod.container-exited")
    gaps = [round((begin - end) / SECOND) for end, begin in zip(exited, started[1:], strict=False)]
    assert gaps == [0, 10, 20, 40]
    assert world.container("crash")["restartCount"] == 4
    last = world.container("crash")
    assert last["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert "back-off 1m20s restarting failed container=c pod=crash_default(uid-crash)" in str(last["state"])
    assert last["lastState"]["terminated"]["exitCode"] == 1
    text = "Back-off restarting failed container c in pod crash_default(uid-crash)"
    assert ("Warning", "BackOff", text) in world.api.events


@pytest.mark.parametrize(
    ("policy", "code", "phase"), [("Never", 0, "Succeeded"), ("Never", 3, "Failed"), ("OnFailure", 0, "Succeeded")]
)
def test_a_task_completes(policy: str, code: int, phase: str) -> None:
    world = World()
    notes = {"sim.orrery/run-seconds": "2", "sim.orrery/exit-code": str(code)}
    world.api.bind("task", spec(restartPolicy=policy), notes)
    world.run(20)
    pod = world.api.pod("task")
    assert pod is not None and pod["status"]["phase"] == phase
    assert world.container("task")["state"]["terminated"]["exitCode"] == code
    assert world.network.held == {}
    world.api.delete("task")
    world.run(1)
    assert world.api.pod("task") is None


def test_a_failed_init_container_fails_a_pod_that_never_restarts() -> None:
    world = World()
    inits = [{"name": "i", "image": "busybox", "command": ["sh", "-c", "exit 7"]}]
    world.api.bind("bad", spec(restartPolicy="Never", initContainers=inits))
    world.run(20)
    pod = world.api.pod("bad")
    assert pod is not None and pod["status"]["phase"] == "Failed"
    assert pod["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 7


def test_missing_image_backs_off() -> None:
    world = World()
    world.api.bind("miss", spec({"name": "c", "image": "nginx:1.161"}))
    world.run(62)
    states = [obj["status"]["containerStatuses"][0]["state"] for _, obj in world.api.writes[1:]]
    reasons = [state["waiting"]["reason"] for state in states]
    assert reasons[2:5] == ["ErrImagePull", "ImagePullBackOff", "ErrImagePull"]
    asked = world.when("pod.pull-started")
    assert [round((b - a) / SECOND) for a, b in pairwise(asked)] == [11, 21]
    assert world.container("miss")["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert ("Normal", "BackOff", 'Back-off pulling image "nginx:1.161"') in world.api.events
    assert ("Warning", "Failed", "Error: ImagePullBackOff") in world.api.events


def test_pulls_are_serial_and_a_second_pod_finds_the_image() -> None:
    world = World()
    world.api.bind("one", spec())
    world.run(20)
    world.api.bind("two", spec())
    world.run(5)
    text = 'Container image "nginx:1.25" already present on machine and can be accessed by the pod'
    assert ("Normal", "Pulled", text) in world.api.events
    assert len(world.when("pod.pull-started")) == 1


def test_grace_period_ends_with_a_kill() -> None:
    world = World()
    world.api.bind(
        "over",
        spec(terminationGracePeriodSeconds=3),
        {"sim.orrery/start-seconds": "1", "sim.orrery/term-seconds": "60"},
    )
    world.run(3)
    deleted = world.sim.now
    world.api.delete("over", grace=3)
    world.run(2)
    assert world.api.pod("over") is not None
    world.run(2)
    assert world.when("pod.kill-sent")[0] - deleted == pytest.approx(3 * SECOND, abs=1000)
    gone = next(obj for kind, obj in world.api.writes if kind == "DELETED")
    assert gone["status"]["phase"] == "Failed"
    assert gone["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137


def test_pre_stop_hook_delays_the_signal() -> None:
    world = World()
    hook = {"preStop": {"exec": {"command": ["sleep", "5"]}}}
    world.api.bind("hook", spec({**NGINX, "lifecycle": hook}))
    world.run(20)
    deleted = world.sim.now
    world.api.delete("hook")
    world.run(10)
    assert world.when("pod.term-sent")[0] - deleted == pytest.approx(5 * SECOND, abs=50_000)
    assert world.api.pod("hook") is None


def test_a_shell_that_sleeps_ignores_sigterm() -> None:
    world = World()
    world.api.bind("sleepy", spec({"name": "c", "image": "busybox", "command": ["sleep", "3600"]}))
    world.run(10)
    world.api.delete("sleepy")
    world.run(29)
    assert world.api.pod("sleepy") is not None
    world.run(2)
    assert world.api.pod("sleepy") is None


def test_forced_deletion_stops_the_containers_afterwards() -> None:
    world = World()
    world.api.bind("gone", spec())
    world.run(20)
    world.api.delete("gone", grace=0)
    world.run(3)
    assert "pod.stopped" in world.ids("gone") and not world.kubelet.workers and world.network.held == {}
    assert world.kubelet.runtime.containers == {}


def test_deletion_before_the_first_container_runs() -> None:
    world = World()
    world.api.bind("early", spec())
    world.run(0.1)
    world.api.delete("early")
    world.run(10)
    assert world.api.pod("early") is None and "pod.container-started" not in world.ids("early")
    assert world.network.held == {}


def test_sidecars_start_before_and_stop_after_the_others() -> None:
    world = World()
    sidecar = {"name": "s", "image": "envoyproxy/envoy:v1", "restartPolicy": "Always"}
    world.api.bind("mesh", spec(initContainers=[sidecar]))
    world.run(30)
    started = [e.params["container"] for e in world.trace.entries if e.message_id == "pod.container-started"]
    assert started == ["s", "c"]
    world.api.delete("mesh")
    world.run(5)
    stopped = [e.params["container"] for e in world.trace.entries if e.message_id == "pod.container-exited"]
    assert stopped == ["c", "s"]
    assert world.api.pod("mesh") is None


def test_a_job_ends_although_its_sidecar_runs() -> None:
    world = World()
    sidecar = {"name": "s", "image": "envoyproxy/envoy:v1", "restartPolicy": "Always"}
    world.api.bind("job", spec(initContainers=[sidecar], restartPolicy="Never"), {"sim.orrery/start-seconds": "1"})
    world.run(5)
    assert world.kubelet.kill_pod("default", "job")
    world.run(5)
    pod = world.api.pod("job")
    assert pod is not None and pod["status"]["phase"] == "Failed"


def test_resources_that_are_not_there_are_refused() -> None:
    world = World(cpu="1")
    big = {**NGINX, "resources": {"requests": {"cpu": "600m"}}}
    world.api.bind("one", spec(big))
    world.api.bind("two", spec(big))
    world.run(3)
    pod = world.api.pod("two")
    text = "Node didn't have enough resource: cpu, requested: 600, used: 600, capacity: 1000"
    assert pod is not None and pod["status"]["phase"] == "Failed" and pod["status"]["reason"] == "OutOfcpu"
    assert pod["status"]["message"] == f"Pod was rejected: {text}"
    assert ("Warning", "OutOfcpu", text) in world.api.events


def test_host_port_conflict_is_refused() -> None:
    world = World()
    host = {**NGINX, "ports": [{"containerPort": 80, "hostPort": 8080}]}
    world.api.bind("one", spec(host))
    world.api.bind("two", spec(host))
    world.run(3)
    pod = world.api.pod("two")
    assert pod is not None and pod["status"]["reason"] == "NodePorts"


def test_host_network_pods_have_the_address_of_the_node() -> None:
    world = World()
    world.api.bind("host", spec(hostNetwork=True))
    world.run(20)
    pod = world.api.pod("host")
    assert pod is not None and pod["status"]["podIP"] == "172.18.0.3" and world.network.held == {}


def test_no_free_address_is_told_and_tried_again() -> None:
    world = World()
    world.network.full = True
    world.api.bind("web", spec())
    world.run(2)
    assert world.api.events[-1][1] == "FailedCreatePodSandBox"
    world.network.full = False
    world.run(25)
    assert world.condition("web", "Ready")["status"] == "True"


def test_pod_kill_restarts_the_container() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    assert world.kubelet.kill_pod("default", "web") and not world.kubelet.kill_pod("default", "none")
    world.run(5)
    found = world.container("web")
    assert found["restartCount"] == 1 and found["lastState"]["terminated"]["exitCode"] == 137
    assert found["ready"]
