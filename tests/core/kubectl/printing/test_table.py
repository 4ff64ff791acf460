"""Tables as kubectl prints them."""

from __future__ import annotations

from typing import Any

from cluster_core.kubectl.printing.table import TablePrinter

COLUMNS = [
    {"name": "Name", "format": "name", "priority": 0},
    {"name": "Nominated Node", "priority": 0},
    {"name": "IP", "priority": 1},
]


def table(*rows: list[Any]) -> dict[str, Any]:
    meta = {"metadata": {"namespace": "default", "labels": {"b": "2", "a.io/a": "1"}}}
    return {"columnDefinitions": COLUMNS, "rows": [{"cells": list(row), "object": meta} for row in rows]}


def test_columns_are_at_least_six_wide_and_three_apart() -> None:
    assert TablePrinter().lines(table(["web-1", None, "10.0.0.1"])) == ["NAME    NOMINATED NODE", "web-1   <none>"]


def test_wide_namespaces_kinds_labels() -> None:
    printer = TablePrinter(wide=True, with_namespace=True, with_kind="pod", show_labels=True, label_columns=["a.io/a"])
    assert printer.lines(table(["x", "n", "1.2.3.4"])) == [
        "NAMESPACE   NAME    NOMINATED NODE   IP        A     LABELS",
        "default     pod/x   n                1.2.3.4   1     a.io/a=1,b=2",
    ]


def test_headers_come_once_and_widths_stay() -> None:
    printer = TablePrinter()
    printer.lines(table(["a-long-name", "n", ""]))
    assert printer.lines(table(["b", "n", ""])) == ["b             n"]


def test_of_a_text_with_several_lines_the_first() -> None:
    assert TablePrinter(headers=False).lines(table(["a\nb", "n", ""])) == ["a...   n"]
