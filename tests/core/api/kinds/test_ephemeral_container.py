"""Ephemeral containers: what they may not have, and that pods are not created with them."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.ephemeral_container import UNFIT, validate_ephemeral_containers
from cluster_core.api.kinds.pod_defaults import default_pod
from tests.core.api.kinds.refusals import CONTAINER, pod, refused

GUEST = {"name": "debugger", "image": "busybox"}


@pytest.mark.parametrize("field", UNFIT)
def test_what_they_may_not_have(field: str) -> None:
    values = {"restartPolicy": "Always", "ports": [{"containerPort": 1, "protocol": "TCP"}]}
    guest = {**GUEST, field: values.get(field, {"requests": {}} if field == "resources" else [{}])}
    guest = (
        {**guest, "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]}
        if field == "resizePolicy"
        else guest
    )
    spec = default_pod({"containers": [CONTAINER], "ephemeralContainers": [GUEST]})
    spec["ephemeralContainers"] = [{**spec["ephemeralContainers"][0], field: guest[field]}]
    causes = validate_ephemeral_containers(spec, "spec.ephemeralContainers", {})
    assert f"spec.ephemeralContainers[0].{field}: Forbidden: cannot be set for an Ephemeral Container" in [
        cause.text() for cause in causes
    ]


def test_they_have_the_defaults_of_containers() -> None:
    spec = default_pod({"containers": [CONTAINER], "ephemeralContainers": [GUEST]})
    assert spec["ephemeralContainers"][0]["imagePullPolicy"] == "Always"
    assert spec["ephemeralContainers"][0]["terminationMessagePolicy"] == "File"
    assert validate_ephemeral_containers(spec, "p", {}) == []


def test_a_pod_is_not_created_with_them() -> None:
    assert "spec.ephemeralContainers: Forbidden: cannot be set on create" in refused(
        "pods", pod(ephemeralContainers=[GUEST])
    )
