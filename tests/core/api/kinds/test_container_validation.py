"""Containers: ports, environment, mounts, resources, probes, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import CONTAINER, PROBE, holding, pod, refused
from tests.core.api.kinds.tables import refusal

CASES: list[tuple[Obj, str]] = [
    (
        holding(lifecycle={"preStop": {"sleep": {"seconds": 31}}}),
        "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
    ),
    (
        holding(lifecycle={"postStart": {"sleep": {"seconds": -1}}}),
        "lifecycle.postStart.sleep: Invalid value: -1: must be non-negative",
    ),
    (
        holding(terminationMessagePolicy="Loud"),
        'terminationMessagePolicy: Unsupported value: "Loud": supported values: "File", "FallbackToLogsOnError"',
    ),
    (
        pod(
            restartPolicy="Never",
            containers=[{**CONTAINER, "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]}],
        ),
        "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy`",
    ),
    (holding(restartPolicy="Sometimes"), 'spec.containers[0].restartPolicy: Unsupported value: "Sometimes"'),
    (
        pod(initContainers=[{**CONTAINER, "name": "i", "lifecycle": {}}]),
        "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
    ),
    (
        holding(securityContext={"procMount": "Unmasked"}),
        'securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
    ),
    (pod(containers=[{"image": "a"}]), "spec.containers[0].name: Required value"),
    (pod(containers=[CONTAINER, CONTAINER]), 'spec.containers[1].name: Duplicate value: "c"'),
    (
        pod(containers=[{**CONTAINER, "name": "A"}]),
        'spec.containers[0].name: Invalid value: "A": a lowercase RFC 1123 label',
    ),
    (pod(containers=[{"name": "c"}]), "spec.containers[0].image: Required value"),
    (
        holding(image=" nginx"),
        'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    ),
    (
        holding(imagePullPolicy="Often"),
        'imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
    ),
    (holding(ports=[{}]), "spec.containers[0].ports[0].containerPort: Required value"),
    (
        holding(ports=[{"containerPort": 70000}]),
        "containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ),
    (
        holding(ports=[{"containerPort": 80, "protocol": "ICMP"}]),
        'protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ),
    (
        holding(ports=[{"containerPort": 80, "name": "h"}, {"containerPort": 81, "name": "h"}]),
        'ports[1].name: Duplicate value: "h"',
    ),
    (
        holding(ports=[{"containerPort": 80, "name": "HTTP"}]),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    ),
    (holding(env=[{"value": "a"}]), "spec.containers[0].env[0].name: Required value"),
    (holding(env=[{"name": "A=B"}]), "a valid environment variable name must consist only of printable ASCII"),
    (
        holding(env=[{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
        "may not be specified when `value` is not empty",
    ),
    (
        holding(env=[{"name": "A", "valueFrom": {}}]),
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`",
    ),
    (
        holding(volumeMounts=[{"name": "v", "mountPath": "/v"}]),
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ),
    (
        holding(resources={"requests": {"gpu": 1}}),
        'resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or',
    ),
    (
        holding(resources={"limits": {"cpu": "-1"}}),
        'resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ),
    (
        holding(resources={"requests": {"cpu": "600m"}, "limits": {"cpu": "200m"}}),
        'spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 200m',
    ),
    (holding(livenessProbe={}), "spec.containers[0].livenessProbe: Required value: must specify a handler type"),
    (
        holding(livenessProbe={**PROBE, "tcpSocket": {"port": 1}}),
        "livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
    ),
    (
        holding(livenessProbe={**PROBE, "successThreshold": 2}),
        "livenessProbe.successThreshold: Invalid value: 2: must be 1",
    ),
    (
        holding(readinessProbe={**PROBE, "periodSeconds": -1}),
        "readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal",
    ),
    (
        holding(readinessProbe={"httpGet": {"port": 0}}),
        "readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535",
    ),
    (holding(readinessProbe={"httpGet": {"port": 80, "scheme": "FTP"}}), 'httpGet.scheme: Unsupported value: "FTP"'),
    (holding(readinessProbe={"exec": {}}), "readinessProbe.exec.command: Required value"),
    (holding(lifecycle={"preStop": {}}), "lifecycle.preStop: Required value: must specify a handler type"),
]


@pytest.mark.parametrize(("body", "words"), CASES)
def test_refusals(body: Obj, words: str) -> None:
    assert words in refused("pods", body)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("resources", {"limits": {"toys": "1"}}, "must be a standard resource for containers"),
        ("resources", {"requests": {"example.com/gpu": "1"}}, "Limit must be set for non overcommitable resources"),
        (
            "resources",
            {"requests": {"example.com/gpu": "1"}, "limits": {"example.com/gpu": "2"}},
            "must be equal to example.com/gpu limit of 2",
        ),
        ("resources", {"limits": {"example.com/gpu": "0.5"}}, "must be an integer"),
        ("resources", {"limits": {"hugepages-2Mi": "2Mi"}}, "HugePages require cpu or memory"),
        ("resources", {"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}}, "is not positive integer multiple of"),
        (
            "resizePolicy",
            [{"resourceName": "disk", "restartPolicy": "NotRequired"}],
            'supported values: "cpu", "memory"',
        ),
        ("resizePolicy", [{"resourceName": "cpu"}], "spec.containers[0].resizePolicy: Required value"),
        (
            "readinessProbe",
            {"tcpSocket": {"port": 1}, "terminationGracePeriodSeconds": 1},
            "must not be set for readinessProbes",
        ),
        ("livenessProbe", {"tcpSocket": {"port": 1}, "terminationGracePeriodSeconds": 0}, "must be greater than 0"),
        (
            "livenessProbe",
            {"httpGet": {"port": 1, "httpHeaders": [{"name": "a b"}]}},
            "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value",
        ),
    ],
)
def test_more_of_resources_and_probes(path: str, value: Any, words: str) -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i", path: value}]}}
    assert words in refusal("pods", pod)
