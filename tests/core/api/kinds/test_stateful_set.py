"""StatefulSets: defaults, refusals, what may change."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

SET: Obj = {
    "metadata": {"name": "db"},
    "spec": {
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "db"}},
        "template": {
            "metadata": {"labels": {"app": "db"}},
            "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]},
        },
    },
}
CLAIM: Obj = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
REFUSED: list[tuple[str, Any, str]] = [
    ("metadata.name", "a.b", 'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label'),
    ("spec.selector", GONE, "spec.selector: Required value"),
    ("spec.selector", {}, "spec.selector: Invalid value: {}: empty selector is invalid for statefulset"),
    ("spec.selector", {"matchLabels": {"app": "other"}}, "`selector` does not match template `labels`"),
    ("spec.podManagementPolicy", "Any", "must be 'OrderedReady' or 'Parallel'"),
    ("spec.updateStrategy", {"type": "Recreate"}, "must be 'RollingUpdate' or 'OnDelete'"),
    (
        "spec.updateStrategy",
        {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
        "only allowed for updateStrategy 'RollingUpdate'",
    ),
    (
        "spec.updateStrategy",
        {"rollingUpdate": {"partition": -1}},
        "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1",
    ),
    (
        "spec.updateStrategy",
        {"rollingUpdate": {"maxUnavailable": "0%"}},
        'maxUnavailable: Invalid value: "0%": cannot be 0',
    ),
    ("spec.replicas", -1, "spec.replicas: Invalid value: -1"),
    ("spec.ordinals", {"start": -1}, "spec.ordinals.start: Invalid value: -1"),
    ("spec.serviceName", "a.b", 'spec.serviceName: Invalid value: "a.b": a lowercase RFC 1123 label'),
    (
        "spec.persistentVolumeClaimRetentionPolicy",
        {"whenDeleted": "Keep"},
        'whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
    ),
    ("spec.template.spec.restartPolicy", "Never", 'Unsupported value: "Never": supported values: "Always"'),
    ("spec.template.spec.activeDeadlineSeconds", 5, "activeDeadlineSeconds in StatefulSet is not Supported"),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("statefulsets.apps", changed(SET, path, value))


def test_claims_of_a_template_are_whole_objects() -> None:
    made = Plane().made("statefulsets.apps", changed(SET, "spec.volumeClaimTemplates", [CLAIM]))
    claim = made["spec"]["volumeClaimTemplates"][0]
    assert (claim["apiVersion"], claim["kind"]) == ("v1", "PersistentVolumeClaim")
    assert (claim["spec"]["volumeMode"], claim["status"]) == ("Filesystem", {"phase": "Pending"})


@pytest.mark.parametrize("path", ["serviceName", "podManagementPolicy"])
def test_what_is_fixed(path: str) -> None:
    words = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template'"
    assert words in refused_update("statefulsets.apps", SET, f"spec.{path}", "Parallel")


def test_a_bad_status() -> None:
    words = "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"
    assert words in refused_update("statefulsets.apps", SET, "status", {"replicas": 1, "readyReplicas": 2}, "status")
