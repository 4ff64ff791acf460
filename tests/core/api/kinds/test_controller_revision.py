"""ControllerRevisions keep something, for good."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update

REVISION: Obj = {"metadata": {"name": "r"}, "data": {"spec": {}}, "revision": 1}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data", GONE, "data: Required value: data is mandatory"),
        ("data", [1], "data: Required value: data must be a valid JSON object"),
        ("revision", -1, "revision: Invalid value: -1: must be greater than or equal to 0"),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("controllerrevisions.apps", changed(REVISION, path, value))


def test_what_is_kept_does_not_change() -> None:
    assert 'data: Invalid value: {"a":1}: field is immutable' in refused_update(
        "controllerrevisions.apps", REVISION, "data", {"a": 1}
    )
