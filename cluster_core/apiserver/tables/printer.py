"""What a table of a kind is made of: its columns, and a function from an object to the cells of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj

Cell = str | int | float | bool | None
Cells = Callable[[Obj, int], list[Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A description that begins with "@" names the field whose published description it is ("@core.v1.PodSpec.nodeName").

    `priority` 0 is always shown, 1 by `-o wide` only; `format` "name" marks the column that names the object.
    """

    name: str
    description: str
    type: str = "string"
    format: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Printer:
    """The columns of a kind, and the cells of an object at a virtual time (µs), all of them: the client drops what it does not show."""

    columns: tuple[Column, ...]
    cells: Cells


NAME = Column("Name", "@meta.v1.ObjectMeta.name", format="name")
AGE = Column("Age", "@meta.v1.ObjectMeta.creationTimestamp")


def wide(name: str, description: str, type: str = "string") -> Column:
    """A column of `-o wide`."""
    return Column(name, description, type, priority=1)


CONTAINERS = wide("Containers", "Names of each container in the template.")
IMAGES = wide("Images", "Images referenced by each container in the template.")


def named(*columns: Column, age: bool = True) -> tuple[Column, ...]:
    """The usual shape: the name first, the age last."""
    return (NAME, *columns, AGE) if age else (NAME, *columns)


def counted(value: Any) -> int:
    """A number that the zero value stands for when it is unset."""
    return value or 0
