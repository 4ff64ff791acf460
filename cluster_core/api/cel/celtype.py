"""Types of CEL and how they unify. Upstream: cel-go `checker/types.go`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CelType:
    """A type: a scalar, `list(T)`, `map(K, V)`, `optional_type(T)`, an opaque type of a library, a struct or a type parameter.

    form: scalar | list | map | type | opaque | struct | param | dyn | error | null.
    """

    name: str
    form: str = "scalar"
    params: tuple[CelType, ...] = ()

    def __str__(self) -> str:
        if self.form == "null":
            return "null"
        return f"{self.name}({', '.join(map(str, self.params))})" if self.params else self.name


INT, UINT, DOUBLE, BOOL = CelType("int"), CelType("uint"), CelType("double"), CelType("bool")
STRING, BYTES, TIMESTAMP, DURATION = CelType("string"), CelType("bytes"), CelType("timestamp"), CelType("duration")
NULL, DYN, ERROR = CelType("null_type", "null"), CelType("dyn", "dyn"), CelType("!error!", "error")
TYPE = CelType("type", "type")
SCALARS = {one.name: one for one in (INT, UINT, DOUBLE, BOOL, STRING, BYTES, TIMESTAMP, DURATION, NULL, DYN)}


def list_of(item: CelType) -> CelType:
    """list(T)."""
    return CelType("list", "list", (item,))


def map_of(key: CelType, value: CelType) -> CelType:
    """map(K, V)."""
    return CelType("map", "map", (key, value))


def optional_of(value: CelType) -> CelType:
    """optional_type(T)."""
    return CelType("optional_type", "opaque", (value,))


def type_of(value: CelType) -> CelType:
    """The type of a type."""
    return CelType("type", "type", (value,))


def opaque(name: str) -> CelType:
    """A type of a library, such as kubernetes.Quantity."""
    return CelType(name, "opaque")


def struct(name: str) -> CelType:
    """An object with named fields; `Structs` knows them."""
    return CelType(name, "struct")


def unwrapped(one: CelType) -> tuple[CelType, bool]:
    """What an optional type holds, and whether it is one."""
    return (one.params[0], True) if one.name == "optional_type" else (one, False)


def is_loose(one: CelType) -> bool:
    """dyn, or the type of what has already failed."""
    return one.form in ("dyn", "error")


@dataclass(frozen=True, slots=True)
class Struct:
    """The fields of an object type: name in CEL (escaped) → name in JSON and type."""

    name: str
    fields: dict[str, tuple[str, CelType]]


class Mapping:
    """What the type parameters of an expression stand for."""

    def __init__(self) -> None:
        self.found: dict[CelType, CelType] = {}
        self.fresh = 0

    def variable(self) -> CelType:
        """A new type parameter."""
        self.fresh += 1
        return CelType(f"_var{self.fresh - 1}", "param")

    def resolved(self, one: CelType, to_dyn: bool = False) -> CelType:
        """The type with every known parameter replaced; unknown ones are dyn if asked."""
        if one in self.found:
            return self.resolved(self.found[one], to_dyn)
        if one.form == "param":
            return DYN if to_dyn else one
        if not one.params:
            return one
        return CelType(one.name, one.form, tuple(self.resolved(part, to_dyn) for part in one.params))

    def assignable(self, first: CelType, second: CelType) -> bool:
        """Whether two types agree; what that says about parameters is kept only if they do."""
        return self.all_assignable((first,), (second,))

    def all_assignable(self, first: tuple[CelType, ...], second: tuple[CelType, ...]) -> bool:
        """The same for two lists of types."""
        before = dict(self.found)
        if len(first) == len(second) and all(map(self._agree, first, second)):
            return True
        self.found = before
        return False

    def _agree(self, first: CelType, second: CelType) -> bool:
        if second.form == "param":
            valid, known = self._substitutes(first, second)
            if valid or known:
                return valid
        if first.form == "param":
            return self._substitutes(second, first)[0]
        if is_loose(first) or is_loose(second):
            return True
        if first.form == "null" or second.form == "null":
            return _nullable(second if first.form == "null" else first)
        if first.form == "type":
            return second.form == "type"
        if first.form != second.form or first.name != second.name:
            return False
        return len(first.params) == len(second.params) and all(map(self._agree, first.params, second.params))

    def _substitutes(self, one: CelType, parameter: CelType) -> tuple[bool, bool]:
        """Whether `one` may stand for the parameter, and whether something already did."""
        if one == parameter:
            return True, True
        known = self.found.get(parameter)
        if known is not None:
            if one == known:
                return True, True
            if self._agree(one, known):
                wider = more_general(one, known)
                if not self._occurs(parameter, wider):
                    self.found[parameter] = wider
                return True, True
            return False, True
        if self._occurs(parameter, one):
            return False, False
        self.found[parameter] = one
        return True, False

    def _occurs(self, parameter: CelType, within: CelType) -> bool:
        if parameter == within:
            return True
        if within.form == "param":
            known = self.found.get(within)
            return known is not None and self._occurs(parameter, known)
        return any(self._occurs(parameter, part) for part in within.params)


def _nullable(one: CelType) -> bool:
    return one.form in ("null", "opaque", "struct") or one in (DURATION, TIMESTAMP)


def more_general(first: CelType, second: CelType) -> CelType:
    """The wider of two types that agree."""
    return first if _less_specific(first, second) else second


def _less_specific(first: CelType, second: CelType) -> bool:
    if first.form in ("dyn", "param"):
        return True
    if second.form in ("dyn", "param") or first.form != second.form:
        return False
    if first.form in ("list", "map", "opaque"):
        return first.name == second.name and all(map(_less_specific, first.params, second.params))
    return first.form == "type" or first == second


@dataclass(slots=True)
class Structs:
    """The object types that an environment knows, by name."""

    known: dict[str, Struct] = field(default_factory=dict)

    def add(self, name: str, fields: dict[str, tuple[str, CelType]]) -> CelType:
        """Declare an object type."""
        self.known[name] = Struct(name, fields)
        return struct(name)
