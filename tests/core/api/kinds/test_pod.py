"""The quality of service of a pod."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.request import Obj


def resources(requests: Obj, limits: Obj) -> Obj:
    return {"resources": {"requests": requests, "limits": limits}}


FULL = {"cpu": "1", "memory": "1Gi"}
CLASSES = [
    ([{}], "BestEffort"),
    ([resources({}, {})], "BestEffort"),
    ([resources({"cpu": "0"}, {})], "BestEffort"),
    ([resources(FULL, FULL)], "Guaranteed"),
    ([resources({"cpu": "1000m", "memory": "1024Mi"}, FULL)], "Guaranteed"),
    ([resources(FULL, FULL), {}], "Burstable"),
    ([resources({"cpu": "1"}, {"cpu": "1"})], "Burstable"),
    ([resources({"cpu": "1"}, FULL)], "Burstable"),
]


@pytest.mark.parametrize(("containers", "expected"), CLASSES)
def test_quality_of_service(containers: list[Obj], expected: str) -> None:
    assert qos_class({"containers": containers}) == expected
    assert qos_class({"containers": [], "initContainers": containers}) == expected
