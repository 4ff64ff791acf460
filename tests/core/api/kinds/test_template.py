"""Pod templates inside other objects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.api.kinds.refusals import CONTAINER, web
from tests.core.api.kinds.tables import changed, refusal


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("metadata.labels", {"app": "web", "a b": "c"}, 'spec.template.labels: Invalid value: "a b"'),
        ("metadata.annotations", {"a b": "c"}, 'spec.template.annotations: Invalid value: "a b"'),
        ("metadata.annotations", {"controller.kubernetes.io/pod-deletion-cost": "x"}, "must be a 32bit integer"),
        ("spec.ephemeralContainers", [{**CONTAINER, "name": "e"}], "ephemeral containers not allowed in pod template"),
        ("spec.activeDeadlineSeconds", 3, "activeDeadlineSeconds in ReplicaSet is not Supported"),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("deployments.apps", changed(web(), f"spec.template.{path}", value))


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ({}, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
        ({"matchLabels": {"app": "other"}}, "spec.template.metadata.labels: Invalid value"),
        ({"matchExpressions": [{"key": "a", "operator": "In"}]}, "invalid label selector"),
    ],
)
def test_selectors(selector: Any, words: str) -> None:
    assert words in refusal("deployments.apps", changed(web(), "spec.selector", selector))
