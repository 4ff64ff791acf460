"""Columns."""

from __future__ import annotations

from cluster_core.apiserver.tables.printer import Column, counted, named, wide


def test_the_name_is_first_and_the_age_last() -> None:
    columns = named(Column("Status", "words"))
    assert [column.name for column in columns] == ["Name", "Status", "Age"]
    assert columns[0].format == "name"
    assert [column.name for column in named(age=False)] == ["Name"]


def test_wide_columns_have_a_priority() -> None:
    assert wide("IP", "words").priority == 1
    assert counted(None) == 0
