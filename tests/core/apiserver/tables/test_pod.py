"""STATUS, READY and RESTARTS of pods, by the cases of upstream's `printers_test.go`."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.pod import PodSummary
from tests.core.apiserver.tables.rows import cells, named_cells

RUNNING: Obj = {"running": {}}
READY = [{"type": "Ready", "status": "True"}, {"type": "Initialized", "status": "True"}]
GATED = [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]
INIT = [{"name": "i0"}, {"name": "i1"}]
SIDECAR = {"name": "i0", "restartPolicy": "Always"}
DELETED = "2025-01-01T00:59:30Z"


def waiting(reason: str = "") -> Obj:
    return {"waiting": {"reason": reason} if reason else {}}


def ended(code: int = 0, reason: str = "", signal: int = 0) -> Obj:
    return {"terminated": {"exitCode": code, "reason": reason, "signal": signal}}


def container(state: Obj, ready: bool = False, restarts: int = 0, **more: Any) -> Obj:
    return {"name": "c", "state": state, "ready": ready, "restartCount": restarts, **more}


def pod(status: Obj, containers: int = 1, init: list[Obj] | None = None, **meta: Any) -> Obj:
    spec = {"containers": [{"name": f"c{index}"} for index in range(containers)], "initContainers": init or []}
    return {"metadata": meta, "spec": spec, "status": status}


def runs(*states: Obj, phase: str = "Running", **more: Any) -> Obj:
    return pod({"phase": phase, "containerStatuses": list(states), **more}, containers=len(states))


def initialises(*states: Obj, init: list[Obj] = INIT) -> Obj:
    named = [{**state, "name": f"i{index}"} for index, state in enumerate(states)]
    return pod({"phase": "Pending", "initContainerStatuses": named}, init=init)


COMPLETED, ALIVE = container(ended(0, "Completed")), container(RUNNING, True)


@pytest.mark.parametrize(
    ("given", "status", "ready"),
    [
        (pod({"phase": "Pending"}), "Pending", "0/1"),
        (runs(ALIVE), "Running", "1/1"),
        (runs(container(RUNNING)), "Running", "0/1"),
        (runs(container(waiting("ContainerCreating"))), "ContainerCreating", "0/1"),
        (runs(container(waiting("CrashLoopBackOff"))), "CrashLoopBackOff", "0/1"),
        (runs(container(waiting())), "Running", "0/1"),
        (runs(COMPLETED, phase="Succeeded"), "Completed", "0/1"),
        (runs(container(ended(1, "Error")), phase="Failed"), "Error", "0/1"),
        (runs(container(ended(3)), phase="Failed"), "ExitCode:3", "0/1"),
        (runs(container(ended(137, "", 9)), phase="Failed"), "Signal:9", "0/1"),
        (pod({"phase": "Failed", "reason": "Evicted"}), "Evicted", "0/1"),
        # They are looked at from the last to the first: the first one's word counts.
        (runs(container(waiting("A")), container(ended(1, "B"))), "A", "0/2"),
        # One that has completed does not hide another that runs.
        (runs(COMPLETED, ALIVE, conditions=READY), "Running", "1/2"),
        (runs(COMPLETED, ALIVE), "NotReady", "1/2"),
        # Nor one that failed.
        (runs(COMPLETED, container(ended(1, "Error")), phase="Failed"), "Error", "0/2"),
        (initialises(container(RUNNING)), "Init:0/2", "0/1"),
        (initialises(container(ended(0)), container(waiting("PodInitializing"))), "Init:1/2", "0/1"),
        (initialises(container(waiting("ImagePullBackOff"))), "Init:ImagePullBackOff", "0/1"),
        (initialises(container(ended(1, "Error"))), "Init:Error", "0/1"),
        (initialises(container(ended(2))), "Init:ExitCode:2", "0/1"),
        (initialises(container(ended(137, "", 9))), "Init:Signal:9", "0/1"),
        # A started sidecar counts as a container, one that has not started holds the others up.
        (initialises(container(RUNNING, True, started=True), init=[SIDECAR]), "Pending", "1/2"),
        (initialises(container(RUNNING, started=False), init=[SIDECAR]), "Init:0/1", "0/2"),
        (pod({"phase": "Pending", "conditions": GATED}), "SchedulingGated", "0/1"),
        (pod({"phase": "Running"}, deletionTimestamp=DELETED), "Terminating", "0/1"),
        (pod({"phase": "Running", "reason": "NodeLost"}, deletionTimestamp=DELETED), "Unknown", "0/1"),
        (pod({"phase": "Failed"}, deletionTimestamp=DELETED), "Failed", "0/1"),
    ],
)
def test_status_and_ready(given: Obj, status: str, ready: str) -> None:
    found = cells("pods", given)
    assert (found[2], found[1]) == (status, ready)


def test_restarts_tell_when_the_last_was() -> None:
    again = container(RUNNING, True, 3, lastState={"terminated": {"finishedAt": "2025-01-01T00:55:30Z"}})
    assert cells("pods", runs(again, container(RUNNING, True, 2)))[3] == "5 (4m30s ago)"
    assert cells("pods", runs(container(RUNNING, True, 2)))[3] == "2"


def test_restarts_of_init_containers_count_while_they_run_and_those_of_sidecars_always() -> None:
    assert PodSummary(initialises(container(RUNNING, restarts=4))).restarts == 4
    started = initialises(
        container(RUNNING, True, 2, started=True), container(ended(0), restarts=4), init=[SIDECAR, INIT[1]]
    )
    started["status"]["containerStatuses"] = [container(RUNNING, True, 1)]
    assert PodSummary(started).restarts == 3


def test_wide_columns() -> None:
    met = [{"type": "example.com/a", "status": "True"}]
    given = pod({"podIPs": [{"ip": "10.1.0.2"}, {"ip": "fd00::2"}], "conditions": met})
    gates = [{"conditionType": "example.com/a"}, {"conditionType": "example.com/b"}]
    given["spec"] |= {"nodeName": "n1", "readinessGates": gates}
    found = named_cells("pods", given)
    assert [found[each] for each in ("IP", "Node", "Nominated Node")] == ["10.1.0.2", "n1", "<none>"]
    assert found["Readiness Gates"] == "1/2"
    empty = named_cells("pods", pod({}))
    assert [empty[each] for each in ("IP", "Node", "Readiness Gates")] == ["<none>"] * 3


def test_pod_templates() -> None:
    containers = [{"name": "x", "image": "i"}, {"name": "y", "image": "j"}]
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers}}
    assert cells("podtemplates", {"template": template}) == ["x", "x,y", "i,j", "a=b"]
