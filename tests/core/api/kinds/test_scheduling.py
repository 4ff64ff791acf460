"""PriorityClasses."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

HIGH: Obj = {"metadata": {"name": "high"}, "value": 1000}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("value", 1_000_000_001, "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
        ("metadata.name", "system-mine", "priority class names with 'system-' prefix are reserved for system use only"),
        ("preemptionPolicy", "Maybe", 'Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"'),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("priorityclasses.scheduling.k8s.io", changed(HIGH, path, value))


def test_the_value_is_fixed() -> None:
    assert "value: Forbidden: may not be changed in an update." in refused_update(
        "priorityclasses.scheduling.k8s.io", HIGH, "value", 5
    )


def test_it_preempts() -> None:
    made = Plane().made("priorityclasses.scheduling.k8s.io", HIGH)
    assert (made["preemptionPolicy"], made["metadata"]["generation"]) == ("PreemptLowerPriority", 1)
