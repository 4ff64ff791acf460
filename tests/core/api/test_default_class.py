"""The default class."""

from __future__ import annotations

from cluster_core.api.default_class import STORAGE_MARKS, default_class
from cluster_core.api.request import Obj


def one(name: str, at: str, mark: str = STORAGE_MARKS[0], value: str = "true") -> Obj:
    return {"metadata": {"name": name, "creationTimestamp": at, "annotations": {mark: value}}}


def test_the_newest_of_those_that_are_marked() -> None:
    old, new = one("old", "2026-01-01T00:00:00Z"), one("new", "2026-01-02T00:00:00Z", STORAGE_MARKS[1])
    assert default_class([old, new, one("not", "2026-01-03T00:00:00Z", value="false")], STORAGE_MARKS) == "new"
    assert default_class([one("b", "x"), one("a", "x")], STORAGE_MARKS) == "a"
    assert default_class([], STORAGE_MARKS) == ""
