"""Tables as kubectl prints them. Upstream: cli-runtime `printers/tableprinter.go`, Go's `text/tabwriter` with its settings there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WIDTH_MIN, PADDING = 6, 3


@dataclass(slots=True)
class TablePrinter:
    """Prints Table objects. `widths` are remembered, so that the rows of a watch stay in their columns."""

    wide: bool = False
    headers: bool = True
    with_namespace: bool = False
    with_kind: str = ""
    show_labels: bool = False
    label_columns: list[str] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    printed: bool = False

    def lines(self, table: dict[str, Any]) -> list[str]:
        """The lines of a Table; headers come once."""
        columns = [
            (index, column)
            for index, column in enumerate(table.get("columnDefinitions") or ())
            if self.wide or not column.get("priority")
        ]
        rows = []
        if self.headers and not self.printed:
            rows.append(self._header([column["name"] for _, column in columns]))
        self.printed = True
        rows.extend(self._row(row, columns) for row in table.get("rows") or ())
        return aligned(rows, self.widths)

    def _header(self, names: list[str]) -> list[str]:
        cells = [name.upper() for name in names]
        if self.with_namespace:
            cells.insert(0, "NAMESPACE")
        cells.extend(label.rpartition("/")[2].upper() for label in self.label_columns)
        return [*cells, "LABELS"] if self.show_labels else cells

    def _row(self, row: dict[str, Any], columns: list[tuple[int, dict[str, Any]]]) -> list[str]:
        meta = (row.get("object") or {}).get("metadata") or {}
        cells = [shown(row["cells"][index]) for index, _ in columns]
        if self.with_kind and columns and columns[0][1].get("format") == "name":
            cells[0] = f"{self.with_kind}/{cells[0]}"
        if self.with_namespace:
            cells.insert(0, meta.get("namespace") or "")
        labels = meta.get("labels") or {}
        cells.extend(labels.get(label) or "" for label in self.label_columns)
        if self.show_labels:
            cells.append(",".join(f"{name}={value}" for name, value in sorted(labels.items())) or "<none>")
        return cells


def shown(value: Any) -> str:
    """One cell: of a text its first line."""
    if value is None:
        return "<none>"
    if isinstance(value, bool):
        return "true" if value else "false"
    first, more, _ = str(value).partition("\n")
    return f"{first}..." if more else first


def aligned(rows: list[list[str]], widths: list[int] | None = None) -> list[str]:
    """Cells in columns, as Go's tabwriter sets them; `widths` are kept up to date."""
    widths = [] if widths is None else widths
    for row in rows:
        for index, cell in enumerate(row[:-1]):
            if index == len(widths):
                widths.append(WIDTH_MIN)
            widths[index] = max(widths[index], len(cell) + PADDING)
    return ["".join(cell.ljust(widths[index]) for index, cell in enumerate(row[:-1])) + row[-1] for row in rows if row]
