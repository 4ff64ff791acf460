"""Running checked expressions: every node becomes a Python function of the frame. Upstream: cel-go `interpreter/planner.go`.

A frame is a list: its first item is the `Meter`, then come the variables. Costs are upstream's (`interpreter/runtimecost.go`):
one for each variable, selection and call, and more for what goes over texts and lists.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.cel.celtype import BOOL, BYTES, INT, STRING
from cluster_core.api.cel.checker import TYPE_NAMES, Checked
from cluster_core.api.cel.function import no_overload
from cluster_core.api.cel.loops import LOOPS
from cluster_core.api.cel.problem import CostExceeded, EvalError
from cluster_core.api.cel.steps import (
    FAST,
    Frame,
    Step,
    called_step,
    conditional,
    fast,
    field_of,
    is_open,
    logical_step,
    optional_field,
    presence,
)
from cluster_core.api.cel.tree import (
    Call,
    Fold,
    Ident,
    ListNode,
    Literal,
    MapNode,
    Node,
    OptionalMap,
    Select,
    StructNode,
)
from cluster_core.api.cel.values import NONE, Optional, TypeValue, type_name

# A double is none: NaN has no order.
PLAIN = (INT, STRING, BOOL, BYTES)
LIST_COST, MAP_COST, STRUCT_COST = 10, 30, 40


class Meter:
    """What an expression may still cost."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def charge(self, cost: int) -> None:
        """Take away. Raises CostExceeded when there is nothing left."""
        self.left -= cost
        if self.left < 0:
            raise CostExceeded


class Plan:
    """Makes the steps of a checked expression; `slots` are the places of its variables in a frame."""

    def __init__(self, checked: Checked, variables: tuple[str, ...]) -> None:
        self.checked = checked
        self.size = 1 + len(variables)
        self.scope = {name: place + 1 for place, name in enumerate(variables)}

    def step(self, node: Node) -> Step:
        """The function of one node."""
        if isinstance(node, Literal):
            value = node.value
            return lambda frame: value
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Ident):
            return self.named(node)
        if isinstance(node, Select):
            return self.named(node) if node in self.checked.names else self.select(node)
        if isinstance(node, Fold):
            return self.fold(node)
        if isinstance(node, ListNode):
            return self.list_literal(node)
        if isinstance(node, MapNode):
            return self.map_literal(node)
        if isinstance(node, StructNode):
            return self.struct_literal(node)
        assert isinstance(node, OptionalMap)
        return self.optional_map(node)

    def named(self, node: Node) -> Step:
        name = self.checked.names[node]
        place = self.scope.get(name)
        if place is None:
            value = TypeValue(TYPE_NAMES[name].name if "." not in name else name)
            return lambda frame: value

        def read(frame: Frame) -> Any:
            frame[0].charge(1)
            return frame[place]

        return read

    def select(self, node: Select) -> Step:
        operand, name = self.step(node.operand), self.json_name(node)
        if node.test:
            return presence(operand, name)
        if node.optional:
            return optional_field(operand, name)

        def field(frame: Frame) -> Any:
            value = operand(frame)
            frame[0].charge(1)
            if isinstance(value, dict):
                if name in value:
                    return value[name]
                raise EvalError(f"no such key: {name}")
            return field_of(value, name)

        return field

    def json_name(self, node: Select) -> str:
        """A field's name in JSON: those that are no identifiers are escaped in CEL."""
        operand = self.checked.types[node.operand]
        if operand.name == "optional_type":
            operand = operand.params[0]
        known = self.checked.structs.known.get(operand.name)
        return known.fields[node.name][0] if known is not None and node.name in known.fields else node.name

    def call(self, node: Call) -> Step:
        if node.name in ("_&&_", "_||_"):
            return logical_step([self.step(arg) for arg in node.args], node.name == "_||_")
        if node.name == "_?_:_":
            return conditional(*(self.step(arg) for arg in node.args))
        function, member = self.checked.functions[node]
        operands = node.args if not member or node.target is None else (node.target, *node.args)
        steps = tuple(self.step(one) for one in operands)
        types = [self.checked.types[one] for one in operands]
        if len(types) == 2 and types[0] == types[1] and types[0] in PLAIN and function.name in FAST:
            return fast(steps[0], steps[1], function)
        return called_step(function, member, steps, any(map(is_open, types)))

    def fold(self, node: Fold) -> Step:
        over = self.step(node.over)
        outer = self.scope
        places = tuple(range(self.size, self.size + len(node.variables)))
        self.size += len(node.variables)
        self.scope = {**outer, **dict(zip(node.variables, places, strict=True))}
        where = self.step(node.where) if node.where is not None else None
        result = self.step(node.result) if node.result is not None else None
        self.scope = outer
        return LOOPS[node.kind](over, places, where, result)

    def optional_map(self, node: OptionalMap) -> Step:
        target, outer, place = self.step(node.target), self.scope, self.size
        self.size += 1
        self.scope = {**outer, node.variable: place}
        result, flat = self.step(node.result), node.flat
        self.scope = outer

        def mapped(frame: Frame) -> Any:
            value = target(frame)
            if not isinstance(value, Optional):
                raise no_overload("optMap", (value,))
            if not value.filled:
                return NONE
            frame[place] = value.value
            found = result(frame)
            return found if flat else Optional(True, found)

        return mapped

    def list_literal(self, node: ListNode) -> Step:
        items = [(self.step(item), optional) for item, optional in zip(node.items, node.optional, strict=True)]

        def made(frame: Frame) -> list[Any]:
            frame[0].charge(LIST_COST)
            found = []
            for item, optional in items:
                value = item(frame)
                if not optional:
                    found.append(value)
                elif value.filled:
                    found.append(value.value)
            return found

        return made

    def map_literal(self, node: MapNode) -> Step:
        pairs = zip(node.keys, node.values, node.optional, strict=True)
        steps = [(self.step(key), self.step(value), optional) for key, value, optional in pairs]

        def made(frame: Frame) -> dict[Any, Any]:
            frame[0].charge(MAP_COST)
            found: dict[Any, Any] = {}
            for key_step, value_step, optional in steps:
                key, value = key_step(frame), value_step(frame)
                if not isinstance(key, str | int) or key in found:
                    raise EvalError(f"unsupported key type: {type_name(key)}" if key not in found else "duplicate key")
                if not optional:
                    found[key] = value
                elif value.filled:
                    found[key] = value.value
            return found

        return made

    def struct_literal(self, node: StructNode) -> Step:
        known = self.checked.structs.known[node.name].fields
        steps = [
            (known[name][0] if name in known else name, self.step(value), optional)
            for _, name, value, optional in node.fields
        ]

        def made(frame: Frame) -> dict[str, Any]:
            frame[0].charge(STRUCT_COST)
            found = {}
            for name, step, optional in steps:
                value = step(frame)
                if not optional:
                    found[name] = value
                elif value.filled:
                    found[name] = value.value
            return found

        return made
