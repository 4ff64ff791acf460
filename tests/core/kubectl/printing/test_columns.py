"""-o custom-columns."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.conversation import KubectlError
from cluster_core.kubectl.printing.columns import custom_columns

ITEMS = [{"metadata": {"name": "a"}, "spec": {"ports": [80, 443]}}, {"metadata": {"name": "b"}}]


def test_columns_of_paths() -> None:
    assert custom_columns("NAME:.metadata.name,PORTS:.spec.ports[*]", ITEMS, True) == [
        "NAME   PORTS",
        "a      80,443",
        "b      <none>",
    ]


def test_without_headers() -> None:
    assert custom_columns("NAME:.metadata.name", ITEMS, False) == ["a", "b"]


@pytest.mark.parametrize("spec", ["", "NAME"])
def test_what_is_no_specification(spec: str) -> None:
    with pytest.raises(KubectlError):
        custom_columns(spec, ITEMS, True)
