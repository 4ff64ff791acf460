"""The types of macros over lists and maps. Upstream: cel-go `checker/checker.go` checkComprehension."""

from __future__ import annotations

from cluster_core.api.cel.celtype import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    ERROR,
    INT,
    STRING,
    TIMESTAMP,
    UINT,
    CelType,
    Mapping,
    is_loose,
    list_of,
    map_of,
    optional_of,
    unwrapped,
)
from cluster_core.api.cel.tree import Fold, Node, OptionalMap

ORDERED = (INT, UINT, DOUBLE, BOOL, STRING, BYTES, TIMESTAMP, DURATION)


class FoldChecks:
    """The part of the checker that knows macros."""

    scopes: list[dict[str, CelType]]
    mapping: Mapping

    def check(self, node: Node) -> CelType:
        """The type of a node."""
        raise NotImplementedError

    def problem(self, at: int, message: str) -> CelType:
        """Note a problem."""
        raise NotImplementedError

    def fold(self, node: Fold) -> CelType:
        """The type of a macro, with its variables in scope for its parts."""
        over = self.mapping.resolved(self.check(node.over))
        self.scopes.append(self.variables(node, over))
        if node.where is not None:
            self.condition(node)
        result = self.check(node.result) if node.result is not None else BOOL
        self.scopes.pop()
        return self.fold_type(node, over, self.mapping.resolved(result))

    def variables(self, node: Fold, over: CelType) -> dict[str, CelType]:
        """The types of the loop's variables: items of a list, keys of a map; with two, index or key and value."""
        first, second = self.range_types(node, over)
        if len(node.variables) == 1:
            return {node.variables[0]: second if over.form == "list" else first}
        return dict(zip(node.variables, (first, second), strict=True))

    def range_types(self, node: Fold, over: CelType) -> tuple[CelType, CelType]:
        if over.form == "list":
            return INT, over.params[0]
        if over.form == "map":
            return over.params[0], over.params[1]
        if over.form == "param":
            self.mapping.assignable(DYN, over)
        elif not is_loose(over):
            words = f"expression of type '{over}' cannot be range of a comprehension (must be list, map, or dynamic)"
            self.problem(node.over.at, words)
            return ERROR, ERROR
        return DYN, DYN

    def condition(self, node: Fold) -> None:
        assert node.where is not None
        found = self.check(node.where)
        if self.mapping.assignable(found, BOOL):
            return
        shown = self.mapping.resolved(found, True)
        if node.kind in ("all", "exists"):
            self.problem(node.where.at, f"expected type 'bool' but found '{shown}'")
        else:
            self.problem(node.at, f"found no matching overload for '_?_:_' applied to '({shown}, dyn, dyn)'")

    def fold_type(self, node: Fold, over: CelType, result: CelType) -> CelType:
        if node.kind in ("all", "exists", "existsOne"):
            return BOOL
        if node.kind == "filter":
            item = over.params[0] if over.form in ("list", "map") else DYN
            return list_of(item)
        if node.kind in ("map", "transformList"):
            return list_of(result)
        if node.kind == "transformMap":
            return map_of(over.params[0] if over.form == "map" else INT if over.form == "list" else DYN, result)
        if node.kind == "sortBy":
            return self.sorted_type(node, over, result)
        if result.form != "map" and not is_loose(result):
            return self.problem(node.at, f"expected type 'map(dyn, dyn)' but found '{result}'")
        return result if result.form == "map" else map_of(DYN, DYN)

    def sorted_type(self, node: Fold, over: CelType, result: CelType) -> CelType:
        if result not in ORDERED and not is_loose(result) and result.form != "param":
            words = f"found no matching overload for '@sortByAssociatedKeys' applied to '{over}.(list({result}))'"
            return self.problem(node.at, words)
        return over if over.form == "list" else list_of(DYN)

    def optional_map(self, node: OptionalMap) -> CelType:
        """optMap and optFlatMap: the result is optional."""
        inner, is_optional = unwrapped(self.mapping.resolved(self.check(node.target)))
        if not is_optional and not is_loose(inner):
            words = f"found no matching overload for 'hasValue' applied to '{inner}.()'"
            return self.problem(node.at, words)
        self.scopes.append({node.variable: inner})
        result = self.mapping.resolved(self.check(node.result))
        self.scopes.pop()
        if not node.flat:
            return optional_of(result)
        return result if unwrapped(result)[1] else optional_of(DYN)
