"""The status of a pod from the states of its containers. A container is written as a word:

`-` never started, `w` waits (its image), `r` runs, `R` runs and is ready, `b` backs off after a failure, `0` ended well,
`1` failed. `i:` before the word: an init container, `s:` a sidecar.
"""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.container_state import APP, INIT, SIDECAR, ContainerState
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.status import PodFacts, is_ready, pod_phase, pod_status

NOW = 50_000_000
ROLES = {"i": INIT, "s": SIDECAR}


def container(word: str, name: str) -> ContainerState:
    role, _, what = word.rpartition(":")
    one = ContainerState({"name": name, "image": "nginx"}, ROLES.get(role, APP))
    if what in ("-", "w"):
        one.waiting = ("ErrImagePull", "no such image") if what == "w" else None
        return one
    ended = what in "01b"
    code = 1 if what in "1b" else 0
    one.current = ContainerRecord(name, "id", "nginx", 0, 1, Behaviour(), 2 if ended else None, code)
    one.ready = one.started = what == "R"
    one.waiting = ("CrashLoopBackOff", "back-off") if what == "b" else None
    return one


def containers(text: str) -> list[ContainerState]:
    return [container(word, f"c{place}") for place, word in enumerate(text.split(), 1)]


def pod(policy: str = "Always", **spec: Any) -> Any:
    metadata = {"name": "web", "namespace": "default", "generation": 3}
    return {
        "metadata": metadata,
        "spec": {"restartPolicy": policy, "containers": [], **spec},
        "status": {"qosClass": "Burstable"},
    }


def facts(**fields: Any) -> PodFacts:
    return PodFacts("172.18.0.3", "10.244.1.2", 0, True, **fields)


@pytest.mark.parametrize(
    ("text", "always", "on_failure", "never"),
    [
        ("-", "Pending", "Pending", "Pending"),
        ("w", "Pending", "Pending", "Pending"),
        ("r -", "Pending", "Pending", "Pending"),
        ("r", "Running", "Running", "Running"),
        ("r 0", "Running", "Running", "Running"),
        ("r 1", "Running", "Running", "Running"),
        ("0", "Running", "Succeeded", "Succeeded"),
        ("0 0", "Running", "Succeeded", "Succeeded"),
        ("1", "Running", "Running", "Failed"),
        ("0 1", "Running", "Running", "Failed"),
        ("b", "Running", "Running", "Running"),
        ("i:- -", "Pending", "Pending", "Pending"),
        ("i:r -", "Pending", "Pending", "Pending"),
        ("i:0 -", "Pending", "Pending", "Pending"),
        ("i:1 -", "Pending", "Pending", "Failed"),
        ("i:0 R", "Running", "Running", "Running"),
        ("s:R -", "Pending", "Pending", "Pending"),
        ("s:R 0", "Running", "Succeeded", "Succeeded"),
        ("s:R 1", "Running", "Running", "Failed"),
    ],
)
def test_phases_by_restart_policy(text: str, always: str, on_failure: str, never: str) -> None:
    phases = [pod_phase(pod(policy), containers(text), facts(), NOW) for policy in ("Always", "OnFailure", "Never")]
    assert phases == [always, on_failure, never]


@pytest.mark.parametrize(("text", "phase"), [("0 0", "Succeeded"), ("0 1", "Failed"), ("-", "Failed")])
def test_a_deleted_pod_ends_whatever_its_restart_policy(text: str, phase: str) -> None:
    assert pod_phase(pod(), containers(text), facts(ended=True), NOW) == phase


def conditions(text: str, **spec: Any) -> dict[str, tuple[str, str]]:
    found = pod_status(pod(**spec), containers(text), facts(), {}, NOW)["conditions"]
    return {one["type"]: (one["status"], one.get("message") or one.get("reason") or "") for one in found}


READY, NOT_SO = ("True", ""), "False"


@pytest.mark.parametrize(
    ("text", "policy", "initialized", "containers_ready"),
    [
        ("-", "Always", READY, (NOT_SO, "containers with unready status: [c1]")),
        ("R", "Always", READY, READY),
        ("R r", "Always", READY, (NOT_SO, "containers with unready status: [c2]")),
        ("r 1 R", "Always", READY, (NOT_SO, "containers with unready status: [c1 c2]")),
        (
            "i:r i:- -",
            "Always",
            (NOT_SO, "containers with incomplete status: [c1 c2]"),
            (NOT_SO, "containers with unready status: [c3]"),
        ),
        (
            "i:0 i:r -",
            "Always",
            (NOT_SO, "containers with incomplete status: [c2]"),
            (NOT_SO, "containers with unready status: [c3]"),
        ),
        ("i:0 R", "Always", READY, READY),
        (
            "s:r -",
            "Always",
            (NOT_SO, "containers with incomplete status: [c1]"),
            (NOT_SO, "containers with unready status: [c1 c2]"),
        ),
        ("s:R R", "Always", READY, READY),
        ("s:r R", "Always", READY, (NOT_SO, "containers with unready status: [c1]")),
        ("0", "Never", ("True", "PodCompleted"), (NOT_SO, "PodCompleted")),
        ("1", "Never", READY, (NOT_SO, "PodFailed")),
    ],
)
def test_conditions(text: str, policy: str, initialized: tuple[str, str], containers_ready: tuple[str, str]) -> None:
    found = conditions(text, policy=policy)
    assert (found["Initialized"], found["ContainersReady"]) == (initialized, containers_ready)
    assert found["Ready"] == containers_ready, "without readiness gates"
    assert (found["PodScheduled"], found["PodReadyToStartContainers"]) == (READY, READY)


@pytest.mark.parametrize(
    ("told", "ready"),
    [
        ([], (NOT_SO, 'corresponding condition of pod readiness gate "lb" does not exist.')),
        (
            [{"type": "lb", "status": "False"}],
            (NOT_SO, 'the status of pod readiness gate "lb" is not "True", but False'),
        ),
        ([{"type": "lb", "status": "True"}], READY),
    ],
)
def test_readiness_gates_are_conditions_of_others(told: list[Any], ready: tuple[str, str]) -> None:
    gated = pod(readinessGates=[{"conditionType": "lb"}])
    gated["status"]["conditions"] = told
    found = pod_status(gated, containers("R"), facts(), {}, NOW)["conditions"]
    verdicts = {one["type"]: (one["status"], one.get("message", "")) for one in found}
    assert verdicts["Ready"] == ready and verdicts["ContainersReady"] == READY
    assert [one for one in found if one["type"] == "lb"] == told, "it is handed on as it is"


def test_a_transition_time_moves_only_with_the_status() -> None:
    before = pod_status(pod(), containers("r"), facts(), {}, NOW)
    later = pod_status(pod(), containers("R"), facts(), before, NOW + 7_000_000)
    times = {one["type"]: one["lastTransitionTime"] for one in later["conditions"]}
    assert times["Ready"] == times["ContainersReady"] == "2025-01-01T00:00:57Z"
    assert times["Initialized"] == times["PodScheduled"] == "2025-01-01T00:00:50Z"
    assert is_ready(later) and not is_ready(before) and not is_ready({})


@pytest.mark.parametrize(
    ("text", "told"), [("-", True), ("r", True), ("i:- -", False), ("i:r -", True), ("i:0 -", True)]
)
def test_the_address_is_told_with_the_first_container(text: str, told: bool) -> None:
    found = pod_status(pod(), containers(text), facts(), {}, NOW)
    assert found["hostIP"] == "172.18.0.3" and found["hostIPs"] == [{"ip": "172.18.0.3"}]
    assert (found.get("podIP"), found.get("podIPs")) == (
        ("10.244.1.2", [{"ip": "10.244.1.2"}]) if told else (None, None)
    )


def test_a_pod_that_the_node_refuses_has_a_reason_and_no_containers() -> None:
    refused = facts(refused=True, reason="OutOfcpu", message="Pod was rejected: …")
    found = pod_status(pod(), containers("-"), refused, {}, NOW)
    assert (found["phase"], found["reason"], found["message"]) == ("Failed", "OutOfcpu", "Pod was rejected: …")
    assert "containerStatuses" not in found
    assert [one["type"] for one in found["conditions"]] == ["PodScheduled"]


def test_containers_that_wait_for_init_containers_say_so() -> None:
    found = pod_status(pod(), containers("i:r -"), facts(), {}, NOW)
    assert found["containerStatuses"][0]["state"] == {"waiting": {"reason": "PodInitializing"}}
    alone = pod_status(pod(), containers("-"), facts(), {}, NOW)
    assert alone["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert "initContainerStatuses" not in alone and alone["observedGeneration"] == 3


@pytest.mark.parametrize(
    ("resources", "qos"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "100m"}}, "Burstable"),
        ({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1000m", "memory": "1024Mi"}}, "Guaranteed"),
    ],
)
def test_the_class_of_a_static_pod_is_worked_out_here(resources: Any, qos: str) -> None:
    static = pod(containers=[{"name": "c1", "image": "etcd", "resources": resources}])
    assert pod_status(static, containers("R"), facts(), {}, NOW)["qosClass"] == "Burstable", (
        "the API server has said it"
    )
    static.pop("status")
    assert pod_status(static, containers("R"), facts(), {}, NOW)["qosClass"] == qos
