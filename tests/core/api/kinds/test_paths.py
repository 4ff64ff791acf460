"""Paths inside volumes."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.paths import unreserved_path


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a/b", []),
        ("/a", ["must be a relative path"]),
        ("a/../b", ["must not contain '..'"]),
        ("..a", ["must not start with '..'"]),
        ("../a", ["must not contain '..'"]),
    ],
)
def test_paths(value: str, words: list[str]) -> None:
    assert [cause.detail for cause in unreserved_path(value, "p")] == words
