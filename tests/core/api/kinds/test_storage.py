"""Volumes and claims in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused
from tests.core.apiserver.plane import Plane

CASES: list[tuple[str, Obj, str]] = [
    (
        "persistentvolumeclaims",
        {"metadata": {"name": "web"}},
        "spec.accessModes: Required value: at least 1 access mode is required",
    ),
    ("persistentvolumeclaims", {"metadata": {"name": "web"}}, "spec.resources[storage]: Required value"),
    ("persistentvolumes", {"metadata": {"name": "web"}}, "spec: Required value: must specify a volume type"),
]


@pytest.mark.parametrize(("resource", "body", "words"), CASES)
def test_refusals(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


def test_volumes_and_claims_begin_pending() -> None:
    plane = Plane()
    modes = {"accessModes": ["ReadWriteOnce"]}
    claim = {"metadata": {"name": "c"}, "spec": {**modes, "resources": {"requests": {"storage": "1Gi"}}}}
    volume = {"metadata": {"name": "v"}, "spec": {**modes, "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}}
    made = plane.made("persistentvolumeclaims", claim), plane.made("persistentvolumes", volume)
    assert [obj["status"] for obj in made] == [{"phase": "Pending"}] * 2
    assert made[1]["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    body = {"spec": {"accessModes": ["ReadOnlyMany"]}}
    options = {"patch_type": "merge"}
    answer = plane.ask("patch", "persistentvolumeclaims", namespace="default", name="c", body=body, options=options)
    assert "spec is immutable after creation except resources.requests" in answer.body["message"]
