"""What tolerations cover."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.toleration import tolerates

TAINT = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "value": "yes"}, True),
        ({"key": "gpu", "operator": "Equal", "value": "yes", "effect": "NoSchedule"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "gpu", "value": "no"}, False),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "tpu", "operator": "Exists"}, False),
        ({"value": "yes"}, False),
    ],
)
def test_what_a_toleration_covers(toleration: dict[str, Any], expected: bool) -> None:
    assert tolerates([toleration], TAINT) is expected


def test_no_toleration_covers_nothing_and_one_of_many_is_enough() -> None:
    assert not tolerates([], TAINT)
    assert tolerates([{"key": "tpu", "operator": "Exists"}, {"key": "gpu", "operator": "Exists"}], TAINT)
