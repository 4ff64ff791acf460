"""Resources of pods as a whole."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.kinds.pod_level_resources import default_pod_resources
from cluster_core.api.pod_resources import pod_total
from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import pod, refused


def spec(given: Obj, *containers: Obj) -> Obj:
    return {"resources": given, "containers": [{"name": "c", "resources": one} for one in containers or ({},)]}


CPU = {"cpu": "1"}
DEFAULTS: list[tuple[Obj, Obj]] = [
    (spec({"limits": CPU}), {"limits": CPU, "requests": CPU}),
    (spec({"limits": CPU}, {"requests": {"cpu": "100m"}}), {"limits": CPU, "requests": {"cpu": "100m"}}),
    (
        spec({"limits": CPU}, {"requests": {"memory": "1Gi"}}),
        {"limits": CPU, "requests": {"cpu": "1", "memory": "1Gi"}},
    ),
    (spec({"requests": CPU}, {"limits": {"cpu": "2"}}), {"limits": {"cpu": "2"}, "requests": CPU}),
    (spec({"requests": CPU}, {"limits": {"cpu": "2"}}, {}), {"requests": CPU}),
    (
        spec({"limits": CPU}, {"limits": {"hugepages-2Mi": "4Mi"}}),
        {"limits": {"cpu": "1", "hugepages-2Mi": "4Mi"}, "requests": {"cpu": "1", "hugepages-2Mi": "4Mi"}},
    ),
    (spec({}, {"limits": CPU}), {}),
]


@pytest.mark.parametrize(("given", "expected"), DEFAULTS)
def test_defaults(given: Obj, expected: Obj) -> None:
    found = default_pod_resources(given)["resources"]
    assert found == expected
    assert default_pod_resources({**given, "resources": found})["resources"] == found


CASES: list[tuple[Obj, str]] = [
    ({"claims": [{"name": "x"}]}, "spec.resources.claims: Forbidden: claims cannot be set for Resources at pod-level"),
    (
        {"limits": {"example.com/gpu": 1}},
        'spec.resources.limits[example.com/gpu]: Unsupported value: "example.com/gpu": supported values: "cpu", "hugep',
    ),
    (
        {"requests": {"cpu": "50m"}},
        'spec.resources.requests[cpu]: Invalid value: "50m": must be greater than or equal to aggregate container requ',
    ),
    ({"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}, "must be less than or equal to cpu limit of 1"),
    ({"limits": {"cpu": "150m"}}, 'spec.resources.containers[0][cpu].limits: Invalid value: "200m": must be less than'),
]


@pytest.mark.parametrize(("given", "words"), CASES)
def test_refusals(given: Obj, words: str) -> None:
    container = {"name": "c", "image": "a:1", "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}}}
    assert words in refused("pods", pod(containers=[container], resources=given))


def test_they_are_what_the_pod_has() -> None:
    given = spec({"requests": {"cpu": "2"}}, {"requests": {"cpu": "100m", "ephemeral-storage": "1Gi"}})
    assert pod_total({"spec": given}, "requests") == {"cpu": "2", "ephemeral-storage": "1Gi"}
    full = {"cpu": "1", "memory": "1Gi"}
    assert qos_class(spec({"requests": full, "limits": full})) == "Guaranteed"
    assert qos_class(spec({"requests": full})) == "Burstable"
