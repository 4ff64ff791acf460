"""DefaultTolerationSeconds."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.default_toleration_seconds import add_tolerations
from tests.core.apiserver.admission.samples import cache, pod, suffix


def test_tolerations_of_five_minutes() -> None:
    added = add_tolerations(pod(), cache(), suffix)["spec"]["tolerations"]
    assert [(t["key"], t["effect"], t["tolerationSeconds"]) for t in added] == [
        ("node.kubernetes.io/not-ready", "NoExecute", 300),
        ("node.kubernetes.io/unreachable", "NoExecute", 300),
    ]


@pytest.mark.parametrize("own", [{"operator": "Exists"}, {"operator": "Exists", "effect": "NoExecute"}])
def test_a_pod_that_tolerates_everything_gets_none(own: Obj) -> None:
    given = pod(tolerations=[own])
    assert add_tolerations(given, cache(), suffix) is given


def test_a_pod_keeps_its_own_seconds() -> None:
    own = {
        "key": "node.kubernetes.io/unreachable",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 10,
    }
    found = add_tolerations(pod(tolerations=[own]), cache(), suffix)["spec"]["tolerations"]
    assert found[0] == own
    assert [t["key"] for t in found[1:]] == ["node.kubernetes.io/not-ready"]
