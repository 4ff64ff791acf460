"""Parsed expressions. `at` is where upstream reports problems of a node, in code points from the beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Any expression; compared by identity, because the checker keeps types by node."""

    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """A constant; its Python value tells its type (`UInt` for 1u)."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Ident(Node):
    """A variable or a type."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Select(Node):
    """`operand.name`, `operand.?name`, or, as `test`, `has(operand.name)`."""

    operand: Node
    name: str
    test: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A function or an operator ("_+_"); `target` is what a member function is called on."""

    name: str
    args: tuple[Node, ...]
    target: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ListNode(Node):
    """[a, ?b]; `optional` says which items are."""

    items: tuple[Node, ...]
    optional: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapNode(Node):
    """{key: value, ?key: value}."""

    keys: tuple[Node, ...]
    values: tuple[Node, ...]
    optional: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class StructNode(Node):
    """Name{field: value}."""

    name: str
    fields: tuple[tuple[int, str, Node, bool], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fold(Node):
    """A macro over a list or a map.

    kind: all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry, sortBy. `variables` has one name
    or two; `where` is the predicate (None: always), `result` what becomes of each item.
    """

    kind: str
    over: Node
    variables: tuple[str, ...]
    where: Node | None = None
    result: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OptionalMap(Node):
    """`optional.optMap(name, result)`; `flat`: the result is an optional itself."""

    target: Node
    variable: str
    result: Node
    flat: bool


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of, in the order of the source."""
    if isinstance(node, Select):
        return (node.operand,)
    if isinstance(node, Call):
        return node.args if node.target is None else (node.target, *node.args)
    if isinstance(node, ListNode):
        return node.items
    if isinstance(node, MapNode):
        return tuple(part for pair in zip(node.keys, node.values, strict=True) for part in pair)
    if isinstance(node, StructNode):
        return tuple(value for _, _, value, _ in node.fields)
    if isinstance(node, Fold):
        return tuple(part for part in (node.over, node.where, node.result) if part is not None)
    return (node.target, node.result) if isinstance(node, OptionalMap) else ()


def depth_of(tree: Node) -> int:
    """How many nodes lie on the longest way down."""
    level, depth = [tree], 0
    while level:
        level = [child for node in level for child in children(node)]
        depth += 1
    return depth
