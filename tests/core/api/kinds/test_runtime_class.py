"""RuntimeClasses."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update

KIND = "runtimeclasses.node.k8s.io"
CLASS: Obj = {"metadata": {"name": "safe"}, "handler": "safe", "overhead": {"podFixed": {"cpu": "10m"}}}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("handler", "", 'handler: Invalid value: ""'),
        ("overhead.podFixed", {"toys": "1"}, "overhead.podFixed[toys]"),
        ("scheduling", {"tolerations": [{"operator": "Exists"}] * 2}, "scheduling.tolerations[1]: Duplicate value"),
        ("scheduling", {"nodeSelector": {"a b": "c"}}, "scheduling.nodeSelector: Invalid value"),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal(KIND, changed(CLASS, path, value))


def test_the_handler_is_fixed() -> None:
    assert "field is immutable" in refused_update(KIND, CLASS, "handler", "other")
