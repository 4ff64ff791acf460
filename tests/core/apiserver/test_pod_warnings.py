"""Warnings about pods, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.pod_warnings import pod_warnings

C = {"name": "c", "image": "nginx"}


def port(**fields: Any) -> dict[str, Any]:
    return {"name": "c", "ports": [{"containerPort": 80, **fields}]}


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"containers": [C]}, []),
    (
        {"nodeSelector": {"failure-domain.beta.kubernetes.io/zone": "a", "disk": "ssd"}},
        [
            "spec.nodeSelector[failure-domain.beta.kubernetes.io/zone]: deprecated since v1.17; use "
            '"topology.kubernetes.io/zone" instead'
        ],
    ),
    (
        {"topologySpreadConstraints": [{"topologyKey": "zone", "labelSelector": {}}, {"topologyKey": "zone"}]},
        ["spec.topologySpreadConstraints[1].labelSelector: a null labelSelector results in matching no pod"],
    ),
    ({"volumes": [{"name": "a", "gitRepo": {}}]}, ["spec.volumes[0].gitRepo: deprecated in v1.11"]),
    ({"hostAliases": [{"ip": "1.1.1.1"}, {"ip": "1.1.1.1"}]}, ['spec.hostAliases[1].ip: duplicate ip "1.1.1.1"']),
    ({"imagePullSecrets": [{}]}, ['spec.imagePullSecrets[0].name: invalid empty name ""']),
    (
        {"containers": [{"name": "c", "resources": {"limits": {"memory": "100m", "cpu": "100m"}}}]},
        ['spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer'],
    ),
    (
        {
            "containers": [
                {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "A", "value": "3"}]}
            ]
        },
        ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply'],
    ),
    (
        {"containers": [port(), port()]},
        ["spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]"],
    ),
    (
        {"containers": [port(), port(hostPort=8080)]},
        ["spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]"],
    ),
    (
        {"containers": [port(hostPort=8080), port(hostPort=8080, hostIP="10.0.0.1")]},
        ["spec.containers[1].ports[0]: dangerously ambiguous port definition with spec.containers[0].ports[0]"],
    ),
    (
        {"terminationGracePeriodSeconds": -1},
        ["spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"],
    ),
    (
        {
            "affinity": {
                "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": {}}]}
            }
        },
        [
            "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: "
            "a null labelSelector results in matching no pod"
        ],
    ),
]


@pytest.mark.parametrize(("spec", "words"), CASES)
def test_a_spec(spec: dict[str, Any], words: list[str]) -> None:
    assert pod_warnings({"spec": spec}, "") == words


def test_labels_in_affinity_and_annotations_of_a_template() -> None:
    expression = {"key": "beta.kubernetes.io/arch", "operator": "Exists"}
    affinity = {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    }
    template = {
        "metadata": {"annotations": {"scheduler.alpha.kubernetes.io/critical-pod": ""}},
        "spec": {"affinity": {"nodeAffinity": affinity}},
    }
    first, second = pod_warnings(template, "spec.template.")
    assert first.endswith(
        'matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead'
    )
    assert second.startswith(
        "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional"
    )
