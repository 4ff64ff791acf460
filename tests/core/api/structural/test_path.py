"""Paths as upstream prints them."""

from __future__ import annotations

from cluster_core.api.structural.path import ROOT, child, key, shown


def test_paths() -> None:
    assert child(child("", "spec"), "name") == "spec.name"
    assert key(child(ROOT, "list"), 0) == "list[0]"
    assert key(ROOT, "a") == "[a]"
    assert (shown(""), shown("a")) == ("<nil>", "a")
