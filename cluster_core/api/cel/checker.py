"""The types of an expression, before it runs. Upstream: cel-go `checker/checker.go`."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.cel.celtype import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    SCALARS,
    STRING,
    UINT,
    CelType,
    Mapping,
    Structs,
    is_loose,
    list_of,
    map_of,
    more_general,
    opaque,
    optional_of,
    type_of,
    unwrapped,
)
from cluster_core.api.cel.folds import FoldChecks
from cluster_core.api.cel.function import FUNCTIONS, Function
from cluster_core.api.cel.problem import CompileError, Problem
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
from cluster_core.api.cel.values import UInt

OPAQUE = ("net.IP", "net.CIDR", "kubernetes.URL", "kubernetes.Quantity", "kubernetes.NamedFormat", "kubernetes.Semver")
TYPE_NAMES: dict[str, CelType] = {
    **{name: one for name, one in SCALARS.items() if name not in ("timestamp", "duration", "dyn")},
    "list": list_of(DYN),
    "map": map_of(DYN, DYN),
    "type": CelType("type", "type"),
    "optional_type": optional_of(DYN),
    "google.protobuf.Timestamp": SCALARS["timestamp"],
    "google.protobuf.Duration": SCALARS["duration"],
    **{name: opaque(name) for name in OPAQUE},
}


@dataclass(slots=True)
class Checked:
    """A tree whose types are known. `names`: qualified variables and types; `functions`: what calls resolved to."""

    tree: Node
    result: CelType
    types: dict[Node, CelType]
    names: dict[Node, str]
    functions: dict[Node, tuple[Function, bool]]
    structs: Structs
    variables: set[str] = field(default_factory=set)


def check(source: str, tree: Node, variables: dict[str, CelType], structs: Structs) -> Checked:
    """Find the types of a tree. Raises CompileError."""
    checker = _Checker(variables, structs)
    checker.check(tree)
    if checker.problems:
        raise CompileError(source, checker.problems)
    types = {node: checker.mapping.resolved(one, to_dyn=True) for node, one in checker.types.items()}
    return Checked(tree, types[tree], types, checker.names, checker.functions, structs, checker.used)


class _Checker(FoldChecks):
    def __init__(self, variables: dict[str, CelType], structs: Structs) -> None:
        self.scopes: list[dict[str, CelType]] = [variables]
        self.structs = structs
        self.mapping = Mapping()
        self.problems: list[Problem] = []
        self.types: dict[Node, CelType] = {}
        self.names: dict[Node, str] = {}
        self.functions: dict[Node, tuple[Function, bool]] = {}
        self.used: set[str] = set()

    def check(self, node: Node) -> CelType:
        found = self.types[node] = self._check(node)
        return found

    def _check(self, node: Node) -> CelType:
        if isinstance(node, Literal):
            return literal_type(node)
        if isinstance(node, Ident):
            return self.ident(node)
        if isinstance(node, Select):
            return self.select(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, ListNode):
            return self.list_literal(node)
        if isinstance(node, MapNode):
            return self.map_literal(node)
        if isinstance(node, StructNode):
            return self.struct_literal(node)
        if isinstance(node, OptionalMap):
            return self.optional_map(node)
        assert isinstance(node, Fold)
        return self.fold(node)

    def problem(self, at: int, message: str) -> CelType:
        self.problems.append(Problem(at, message))
        return ERROR

    def ident(self, node: Ident) -> CelType:
        found = self.resolve(node, node.name)
        if found is not None:
            return found
        return self.problem(node.at, f"undeclared reference to '{node.name}' (in container '')")

    def resolve(self, node: Node, name: str) -> CelType | None:
        """The type of a variable or of a type's name; None if there is no such thing."""
        for scope in reversed(self.scopes):
            if name in scope:
                self.names[node] = name
                self.used.add(name)
                return scope[name]
        if name in TYPE_NAMES:
            self.names[node] = name
            return type_of(TYPE_NAMES[name])
        return None

    def select(self, node: Select) -> CelType:
        name = None if node.test or node.optional else qualified(node)
        found = self.resolve(node, name) if name is not None and name.partition(".")[0] not in self.locals() else None
        if found is not None:
            return found
        result = self.field(node)
        return BOOL if node.test else result

    def locals(self) -> set[str]:
        """Names of loop variables, which hide qualified names."""
        return {name for scope in self.scopes[1:] for name in scope}

    def field(self, node: Select) -> CelType:
        operand = self.mapping.resolved(self.check(node.operand))
        target, is_optional = unwrapped(operand)
        result = self.member_type(node, target)
        return optional_of(result) if is_optional or node.optional else result

    def member_type(self, node: Select, target: CelType) -> CelType:
        if target.form == "map":
            return target.params[1]
        if target.form == "struct":
            known = self.structs.known[target.name].fields.get(node.name)
            if known is None:
                return self.problem(node.at, f"undefined field '{node.name}'")
            return known[1]
        if target.form == "param":
            self.mapping.assignable(DYN, target)
        elif not is_loose(target):
            self.problem(node.at, f"type '{target}' does not support field selection")
        return DYN

    def call(self, node: Call) -> CelType:
        args = [self.check(arg) for arg in node.args]
        if node.name in ("_&&_", "_||_"):
            return self.logical(node, args)
        if node.target is None:
            return self.resolved_call(node, node.name, None, args)
        prefix = qualified(node.target)
        if prefix is not None and f"{prefix}.{node.name}" in FUNCTIONS:
            return self.resolved_call(node, f"{prefix}.{node.name}", None, args)
        return self.resolved_call(node, node.name, self.check(node.target), args)

    def logical(self, node: Call, args: list[CelType]) -> CelType:
        for arg, one in zip(node.args, args, strict=True):
            if not self.mapping.assignable(one, BOOL):
                self.problem(arg.at, f"expected type 'bool' but found '{self.mapping.resolved(one, True)}'")
        return BOOL

    def resolved_call(self, node: Call, name: str, target: CelType | None, args: list[CelType]) -> CelType:
        function = FUNCTIONS.get(name)
        if function is None:
            return self.problem(node.at, f"undeclared reference to '{name}' (in container '')")
        given = tuple(args if target is None else [target, *args])
        self.functions[node] = (function, target is not None)
        result = self.overload_result(function, target is not None, given)
        if result is None:
            shown = [str(self.mapping.resolved(one, True)) for one in given]
            signature = f"({', '.join(shown)})" if target is None else f"{shown[0]}.({', '.join(shown[1:])})"
            return self.problem(node.at, f"found no matching overload for '{name}' applied to '{signature}'")
        return result

    def overload_result(self, function: Function, member: bool, given: tuple[CelType, ...]) -> CelType | None:
        """The type that a call has; dyn if overloads with different results fit."""
        result: CelType | None = None
        for overload in function.overloads:
            if overload.member != member:
                continue
            fresh: dict[str, CelType] = {}
            params = tuple(self.instance(one, fresh) for one in overload.params)
            if self.mapping.all_assignable(given, params):
                found = self.mapping.resolved(self.instance(overload.result, fresh))
                result = found if result is None or result == found else DYN
        return result

    def instance(self, one: CelType, fresh: dict[str, CelType]) -> CelType:
        """A declared type with new variables for its parameters."""
        if one.form == "param":
            if one.name not in fresh:
                fresh[one.name] = self.mapping.variable()
            return fresh[one.name]
        return CelType(one.name, one.form, tuple(self.instance(part, fresh) for part in one.params))

    def list_literal(self, node: ListNode) -> CelType:
        joined: CelType | None = None
        for item, optional in zip(node.items, node.optional, strict=True):
            joined = self.join(item, joined, self.element(item, optional))
        return list_of(joined or self.mapping.variable())

    def map_literal(self, node: MapNode) -> CelType:
        key: CelType | None = None
        value: CelType | None = None
        for one, item, optional in zip(node.keys, node.values, node.optional, strict=True):
            key = self.join(one, key, self.check(one))
            value = self.join(item, value, self.element(item, optional))
        return map_of(key or self.mapping.variable(), value or self.mapping.variable())

    def element(self, node: Node, optional: bool) -> CelType:
        """The type of an item; an optional one (?x) must be an optional value."""
        found = self.check(node)
        if not optional:
            return found
        inner, is_optional = unwrapped(self.mapping.resolved(found))
        if not is_optional and not is_loose(inner):
            self.problem(node.at, f"expected type '{optional_of(inner)}' but found '{inner}'")
        return inner

    def join(self, node: Node, before: CelType | None, found: CelType) -> CelType:
        if before is None:
            return found
        if self.mapping.assignable(before, found):
            return more_general(before, found)
        shown = f"expected type '{self.mapping.resolved(before)}' but found '{self.mapping.resolved(found)}'"
        return self.problem(node.at, shown)

    def struct_literal(self, node: StructNode) -> CelType:
        known = self.structs.known.get(node.name)
        for at, name, value, optional in node.fields:
            found = self.element(value, optional)
            if known is None or not known.fields:
                continue
            if name not in known.fields:
                self.problem(at, f"undefined field '{name}'")
            elif not self.mapping.assignable(known.fields[name][1], found):
                expected = known.fields[name][1]
                words = f"expected type of field '{name}' is '{expected}' but provided type is '{found}'"
                self.problem(at, words)
        if known is None:
            return self.problem(node.at, f"undeclared reference to '{node.name}' (in container '')")
        return CelType(node.name, "struct") if known.fields else DYN


def literal_type(node: Literal) -> CelType:
    """The type of a constant."""
    if node.value is None:
        return NULL
    kinds = {bool: BOOL, int: INT, UInt: UINT, float: DOUBLE, str: STRING, bytes: BYTES}
    return kinds[type(node.value)]


def qualified(node: Node) -> str | None:
    """ "a.b.c" if the node is a chain of plain names."""
    names = []
    while isinstance(node, Select) and not node.test and not node.optional:
        names.append(node.name)
        node = node.operand
    if not isinstance(node, Ident):
        return None
    names.append(node.name)
    return ".".join(reversed(names))
