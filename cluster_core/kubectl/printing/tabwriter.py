"""Columns of a text with tabs. Upstream: Go's `text/tabwriter`: a column is as wide as its widest cell in neighbouring lines."""

from __future__ import annotations


def tabulated(text: str, width_min: int = 0, padding: int = 2) -> str:
    """The text with its cells, which end with a tab, in columns. What comes after the last tab of a line is no cell."""
    lines = [line.split("\t") for line in text.split("\n")]
    out: list[str] = []
    _format(lines, 0, len(lines), [], out, width_min, padding)
    return "\n".join(out)


def _format(
    lines: list[list[str]], start: int, end: int, widths: list[int], out: list[str], width_min: int, padding: int
) -> None:
    column, this = len(widths), start
    while this < end:
        if column >= len(lines[this]) - 1:
            this += 1
            continue
        out.extend(_line(line, widths) for line in lines[start:this])
        start, width = this, width_min
        while this < end and column < len(lines[this]) - 1:
            width = max(width, len(lines[this][column]) + padding)
            this += 1
        _format(lines, start, this, [*widths, width], out, width_min, padding)
        start = this
    out.extend(_line(line, widths) for line in lines[start:end])


def _line(cells: list[str], widths: list[int]) -> str:
    padded = [cell.ljust(widths[index]) if index < len(widths) else cell for index, cell in enumerate(cells[:-1])]
    return "".join(padded) + cells[-1]
