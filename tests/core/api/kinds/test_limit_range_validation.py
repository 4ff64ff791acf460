"""Items of LimitRanges."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

GOOD: dict[str, Obj] = {
    "limitranges": {
        "metadata": {"name": "l"},
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "min": {"cpu": "100m"},
                    "max": {"cpu": "2"},
                    "default": {"cpu": "1"},
                    "defaultRequest": {"cpu": "500m"},
                    "maxLimitRequestRatio": {"cpu": "4"},
                }
            ]
        },
    }
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (
            "limitranges",
            "spec.limits.0.min.cpu",
            "3",
            'spec.limits[0].min[cpu]: Invalid value: "3": min value 3 is greater than max value 2',
        ),
        (
            "limitranges",
            "spec.limits.0.defaultRequest.cpu",
            "1500m",
            "default request value 1500m is greater than default limit value 1",
        ),
        (
            "limitranges",
            "spec.limits.0.defaultRequest.cpu",
            "50m",
            "min value 100m is greater than default request value 50m",
        ),
        ("limitranges", "spec.limits.0.default.cpu", "3", "default value 3 is greater than max value 2"),
        ("limitranges", "spec.limits.0.maxLimitRequestRatio.cpu", "500m", "ratio 500m is less than 1"),
        ("limitranges", "spec.limits.0.maxLimitRequestRatio.cpu", "30", "ratio 30 is greater than max/min = 20.000000"),
        ("limitranges", "spec.limits.0.type", "Pod", "may not be specified when `type` is 'Pod'"),
        (
            "limitranges",
            "spec.limits.0",
            {"type": "PersistentVolumeClaim"},
            "either minimum or maximum storage value is required, but neither was provided",
        ),
        (
            "limitranges",
            "spec.limits.0",
            {"type": "Container", "default": {"hugepages-2Mi": "4Mi"}, "defaultRequest": {"hugepages-2Mi": "2Mi"}},
            "default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_what_bounds_say_of_the_rest() -> None:
    item = {"type": "Container", "max": {"cpu": "2"}, "min": {"memory": "1Mi"}}
    made = Plane().made("limitranges", {"metadata": {"name": "l"}, "spec": {"limits": [item]}})["spec"]["limits"][0]
    assert made["default"] == {"cpu": "2"}
    assert made["defaultRequest"] == {"cpu": "2", "memory": "1Mi"}
