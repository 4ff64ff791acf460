"""Columns as Go's tabwriter makes them."""

from __future__ import annotations

from cluster_core.kubectl.printing.tabwriter import tabulated


def test_a_column_is_as_wide_as_its_widest_cell_in_neighbouring_lines() -> None:
    assert tabulated("Name:\tweb\nNamespace:\tdefault") == "Name:       web\nNamespace:  default"


def test_a_line_without_tabs_ends_a_column() -> None:
    assert tabulated("a\tb\nno tab\nlonger\tb") == "a  b\nno tab\nlonger  b"


def test_columns_inside_columns() -> None:
    assert tabulated("a\tbb\tc\naa\tb\tcc\naaa\td") == "a    bb  c\naa   b   cc\naaa  d"
