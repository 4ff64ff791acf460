"""Columns, labels and long annotations of a description."""

from __future__ import annotations

from cluster_core.kubectl.describe.page import LINE_MAX, Page, controller, moment, pairs, selector


def test_columns_end_at_a_flush() -> None:
    page = Page(0)
    page.write(0, "a:\tb")
    page.flush()
    page.write(1, "long name:\tc")
    assert page.text() == "a:  b\n  long name:  c"
    page.write(0, "x\ty")
    assert page.raw() == "x\ty"


def test_labels_one_a_line_and_annotations_without_what_is_hidden() -> None:
    page = Page(0)
    page.labels("Labels", {"b": "2", "a": "1"})
    page.annotations("Annotations", {"kubectl.kubernetes.io/last-applied-configuration": "{}", "n": "x" * LINE_MAX})
    lines = page.text().split("\n")
    assert lines[:2] == ["Labels:       a=1", "              b=2"]
    assert lines[2:] == ["Annotations:  n:", "                " + "x" * (LINE_MAX - 2) + "..."]


def test_words_for_times_labels_and_owners() -> None:
    assert moment(None) == "<unset>" and pairs(None) == "<none>" and selector(None) == "<none>"
    assert pairs({"b": 1, "a": 2}) == "a=2,b=1" and selector({"matchLabels": {"a": "b"}}) == "a=b"
    owner = {"kind": "ReplicaSet", "name": "w", "controller": True}
    assert (
        controller({"metadata": {"ownerReferences": [owner]}}) == "ReplicaSet/w" and controller({"metadata": {}}) == ""
    )
