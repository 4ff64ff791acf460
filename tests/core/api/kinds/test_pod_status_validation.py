"""What a new status of a pod may say."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.pod_status_validation import validate_pod_status
from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import pod
from tests.core.apiserver.plane import Plane


def told(name: str = "c", code: int | None = 0) -> Obj:
    return {"name": name, "state": {"running": {}} if code is None else {"terminated": {"exitCode": code}}}


def of(policy: str = "Never", containers: Any = (), inits: Any = (), **status: Any) -> Obj:
    spec = {"restartPolicy": policy, "containers": containers or [{"name": "c"}], "initContainers": inits}
    return {"spec": spec, "status": status}


ENDED, RUNS = of(containerStatuses=[told()]), of(containerStatuses=[told(code=None)])
BACK = "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"
REFUSED: list[tuple[Obj, Obj, str]] = [
    (of(), of(conditions=[{"type": "a b"}]), 'metadata.conditions[0].Type: Invalid value: "a b"'),
    (of(), of(nominatedNodeName="A"), 'status.nominatedNodeName: Invalid value: "A"'),
    (
        of(qosClass="BestEffort"),
        of(qosClass="Burstable"),
        'status.qosClass: Invalid value: "Burstable": field is immutabl',
    ),
    (ENDED, RUNS, BACK),
    (of("OnFailure", containerStatuses=[told()]), RUNS, BACK),
    (
        of(inits=[{"name": "i"}], initContainerStatuses=[told("i")]),
        of(initContainerStatuses=[told("i", None)]),
        "status.initContainerStatuses[0].state: Forbidden: may not be transitioned",
    ),
    (
        of("Always", ephemeralContainerStatuses=[told("e")]),
        of(ephemeralContainerStatuses=[told("e", None)]),
        "status.ephemeralContainerStatuses[0].state: Forbidden",
    ),
    (of(), of(podIPs=[{"ip": "x"}]), 'status.podIPs[0]: Invalid value: "x": must be a valid IP address'),
    (
        of(),
        of(podIPs=[{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]),
        "status.podIPs: Invalid value: [",
    ),
    (of(), of(podIPs=[{"ip": "10.0.0.1"}] * 2), 'status.podIPs[1]: Duplicate value: {"ip":"10.0.0.1"}'),
    (
        of(),
        of(hostIPs=[{"ip": "10.0.0.1"}]),
        'status.hostIPs[0].ip: Invalid value: "10.0.0.1": must be equal to `hostIP`',
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), REFUSED)
def test_refused(old: Obj, new: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_pod_status(new, old)]
    assert any(words in text for text in causes), causes


ALLOWED: list[tuple[Obj, Obj]] = [
    (of("Always", containerStatuses=[told()]), RUNS),
    (of("OnFailure", containerStatuses=[told(code=1)]), RUNS),
    (of(containers=[{"name": "c", "restartPolicy": "Always"}], containerStatuses=[told()]), RUNS),
    (
        of(inits=[{"name": "i", "restartPolicy": "Always"}], initContainerStatuses=[told("i")]),
        of(initContainerStatuses=[told("i", None)]),
    ),
    (
        of(),
        of(conditions=[{"type": "Ready"}, {"type": "example.com/x"}], podIPs=[{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]),
    ),
]


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_allowed(old: Obj, new: Obj) -> None:
    assert validate_pod_status(new, old) == []


def test_the_quality_of_service_stays_unless_it_is_said() -> None:
    plane = Plane()
    made = plane.made("pods", pod())
    body = {**made, "status": {"phase": "Running"}}
    found = plane.ask("update", "pods", namespace="default", name="web", subresource="status", body=body).body
    assert found["status"] == {"phase": "Running", "qosClass": "BestEffort"}
