"""PodSpecs in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import CONTAINER, PROBE, pod, refused
from tests.core.apiserver.plane import Plane

CASES: list[tuple[Obj, str]] = [
    ({"metadata": {"name": "web"}}, "spec.containers: Required value"),
    (
        pod(initContainers=[{**CONTAINER, "name": "i", "livenessProbe": PROBE}]),
        "may not be set for init containers without restartPolicy=Always",
    ),
    (pod(initContainers=[CONTAINER]), 'spec.initContainers[0].name: Duplicate value: "c"'),
    (
        pod(restartPolicy="Sometimes"),
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ),
    (pod(dnsPolicy="Mine"), 'spec.dnsPolicy: Unsupported value: "Mine"'),
    (
        pod(activeDeadlineSeconds=0),
        "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
    ),
    (pod(nodeSelector={"a b": "c"}), 'spec.nodeSelector: Invalid value: "a b": name part must consist of'),
    (pod(hostname="a.b"), 'spec.hostname: Invalid value: "a.b": a lowercase RFC 1123 label'),
    (pod(volumes=[{}]), "spec.volumes[0].name: Required value"),
    (pod(volumes=[{"name": "v"}, {"name": "v"}]), 'spec.volumes[1].name: Duplicate value: "v"'),
    (
        pod(volumes=[{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]),
        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1",
    ),
    (
        pod(volumes=[{"name": "v", "persistentVolumeClaim": {}}]),
        "spec.volumes[0].persistentVolumeClaim.claimName: Required value",
    ),
    (pod(tolerations=[{"effect": "NoExecute"}]), "operator must be Exists when `key` is empty"),
    (
        pod(tolerations=[{"key": "a", "operator": "Exists", "value": "b"}]),
        "value must be empty when `operator` is 'Exists'",
    ),
    (
        pod(tolerations=[{"key": "a", "tolerationSeconds": 1}]),
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
    ),
    (
        pod(tolerations=[{"key": "a", "value": "b c"}]),
        'spec.tolerations[0].operator: Invalid value: "b c": a valid label',
    ),
    (
        pod(tolerations=[{"key": "a", "effect": "Never"}]),
        'effect: Unsupported value: "Never": supported values: "NoSchedule"',
    ),
    (
        pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}),
        "nodeSelectorTerms: Required value: must have at least one node selector term",
    ),
    (
        pod(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0}]}}),
        "weight: Invalid value: 0: must be in the range 1-100",
    ),
]


def test_a_grace_below_zero_is_accepted() -> None:
    """It counts as one second when the pod ends."""
    made = Plane().made("pods", pod(terminationGracePeriodSeconds=-1))
    assert made["spec"]["terminationGracePeriodSeconds"] == -1


@pytest.mark.parametrize(("body", "words"), CASES)
def test_refusals(body: Obj, words: str) -> None:
    assert words in refused("pods", body)
