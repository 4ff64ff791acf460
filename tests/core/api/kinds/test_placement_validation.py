"""Affinity to pods and spreading."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

POD: Obj = {
    "metadata": {"name": "p"},
    "spec": {
        "containers": [{"name": "c", "image": "i"}],
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
        "affinity": {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}}
                ]
            }
        },
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "topologySpreadConstraints",
            [{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}],
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
        ),
        (
            "topologySpreadConstraints",
            [{"maxSkew": 1, "topologyKey": "", "whenUnsatisfiable": "DoNotSchedule"}],
            "can not be empty",
        ),
        (
            "topologySpreadConstraints",
            [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "Cry"}],
            'supported values: "DoNotSchedule", "ScheduleAnyway"',
        ),
        (
            "topologySpreadConstraints",
            [
                {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"},
                {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"},
            ],
            'Duplicate value: "{zone, DoNotSchedule}"',
        ),
        (
            "topologySpreadConstraints",
            [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2}],
            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
        ),
        (
            "topologySpreadConstraints",
            [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "nodeTaintsPolicy": "Maybe"}],
            'supported values: "Honor", "Ignore"',
        ),
        (
            "topologySpreadConstraints",
            [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "matchLabelKeys": ["a"]}],
            "must not be specified when labelSelector is not set",
        ),
        (
            "affinity.podAntiAffinity",
            {"requiredDuringSchedulingIgnoredDuringExecution": [{}]},
            "topologyKey: Required value: can not be empty",
        ),
        (
            "affinity.podAntiAffinity",
            {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 101, "podAffinityTerm": {"topologyKey": "z"}}
                ]
            },
            "must be in the range 1-100",
        ),
        (
            "affinity.podAntiAffinity",
            {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "z", "namespaces": ["A"]}]},
            "namespace: Invalid value",
        ),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("pods", changed(POD, f"spec.{path}", value))


def test_accepted() -> None:
    assert Plane().ask("create", "pods", namespace="default", body=POD).code == 201
