"""What objects use of quotas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from cluster_core.api.quota import concerns, is_charged, total, tracked, usage_of


def pod(requests: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    resources = {"requests": requests} if requests else {}
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "resources": resources}], **spec}}


def test_a_pod_uses_nothing_but_its_place_once_it_has_ended() -> None:
    running = usage_of("pods", pod({"cpu": "100m", "example.com/gpu": "2", "hugepages-2Mi": "4Mi"}), 0)
    assert running["requests.cpu"] == running["cpu"] == Fraction(1, 10)
    assert running["requests.example.com/gpu"] == 2
    assert running["requests.hugepages-2Mi"] == 4 * 2**20
    ended = {**pod({"cpu": "100m"}), "status": {"phase": "Succeeded"}}
    assert usage_of("pods", ended, 0) == {"count/pods": 1}


def test_a_pod_stuck_on_its_way_out_is_not_charged_for_ever() -> None:
    meta = {"name": "p", "deletionTimestamp": "2025-01-01T00:00:10Z", "deletionGracePeriodSeconds": 30}
    stuck = {**pod(), "metadata": meta}
    assert is_charged(stuck, 40_000_000)
    assert not is_charged(stuck, 40_000_001)


@pytest.mark.parametrize(
    ("scope", "is_in"),
    [
        ({"scopes": ["BestEffort"]}, [True, False, True, True]),
        ({"scopes": ["NotBestEffort"]}, [False, True, False, False]),
        ({"scopes": ["Terminating"]}, [False, False, True, False]),
        ({"scopes": ["PriorityClass"]}, [False, False, False, True]),
        (
            {
                "scopeSelector": {
                    "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]
                }
            },
            [False, False, False, True],
        ),
        (
            {
                "scopeSelector": {
                    "matchExpressions": [{"scopeName": "PriorityClass", "operator": "NotIn", "values": ["high"]}]
                }
            },
            [True, True, True, False],
        ),
    ],
)
def test_scopes(scope: dict[str, Any], is_in: list[bool]) -> None:
    quota = {"spec": scope, "status": {"hard": {"pods": "1"}}}
    pods = [pod(), pod({"cpu": "1"}), pod(activeDeadlineSeconds=5), pod(priorityClassName="high")]
    assert [bool(concerns(quota, "pods", one)) for one in pods] == is_in
    assert not concerns({**quota, "status": {"hard": {"configmaps": "1"}}}, "configmaps", {"metadata": {}})


def test_which_names_a_kind_can_use() -> None:
    names = [
        "pods",
        "requests.cpu",
        "requests.storage",
        "count/pods",
        "count/deployments.apps",
        "requests.example.com/gpu",
    ]
    assert tracked("pods", names) == ["pods", "requests.cpu", "count/pods", "requests.example.com/gpu"]
    fast = "fast.storageclass.storage.k8s.io/requests.storage"
    assert tracked("persistentvolumeclaims", [*names, fast]) == ["requests.storage", fast]
    assert tracked("deployments.apps", names) == ["count/deployments.apps"]


def test_sums_are_written_in_the_family_of_their_resource() -> None:
    usages = [usage_of("pods", pod({"cpu": "150m", "memory": "64Mi"}), 0)] * 4
    assert total(usages, ["pods", "requests.cpu", "requests.memory"]) == {
        "pods": "4",
        "requests.cpu": "600m",
        "requests.memory": "256Mi",
    }
    claim = {"metadata": {}, "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}}
    assert usage_of("persistentvolumeclaims", claim, 0)["fast.storageclass.storage.k8s.io/requests.storage"] == 2**30
