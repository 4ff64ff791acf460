"""Sets of fields, in the form in which managedFields carries them: FieldsV1.

A set is a tree of dicts by path element: `f:name` a field of a struct or a map, `k:{"name":"web"}` an item of a list by its keys,
`v:"x"` an item of a set by its value, `i:0` by its index. A node is a member if it has no children (`{}`) or says so by `.`; a node
that only leads to members is none. Sets are never changed; results share what stays. Upstream: structured-merge-diff `fieldpath`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

FieldSet = dict[str, Any]
Path = tuple[str, ...]
SELF = "."
MEMBER: FieldSet = {}
KINDS = {"f": 0, "k": 1, "v": 2, "i": 3}
# Longer elements than names, keys and texts of sets can be are refused.
ELEMENT_MAX = 64 * 1024


def field_element(name: str) -> str:
    """The element of a field of a struct or a map."""
    return "f:" + name


def key_element(keys: dict[str, Any]) -> str:
    """The element of a list item that is told by some of its fields, in their alphabetical order."""
    return "k:" + _json({name: keys[name] for name in sorted(keys)})


def value_element(value: Any) -> str:
    """The element of an item of a set."""
    return "v:" + _json(value)


def of_paths(paths: Iterable[Path]) -> FieldSet:
    """The set of some paths."""
    found: FieldSet = {}
    for path in paths:
        node = found
        for element in path[:-1]:
            here = node.get(element)
            if here is None:
                here = node[element] = {}
            elif not here:
                here[SELF] = MEMBER
            node = here
        if path[-1] not in node:
            node[path[-1]] = {}
        elif node[path[-1]]:
            node[path[-1]][SELF] = MEMBER
    return found


def is_member(node: FieldSet | None) -> bool:
    """Whether a node is a member of the set itself."""
    return node is not None and (not node or SELF in node)


def under(fields: FieldSet, element: str) -> FieldSet:
    """What a set has below an element; empty for one that it does not know."""
    found: FieldSet = fields.get(element) or MEMBER
    return {name: node for name, node in found.items() if name != SELF} if SELF in found else found


def has(fields: FieldSet, path: Path) -> bool:
    """Whether a path is a member."""
    node: FieldSet | None = fields
    for element in path:
        node = node.get(element) if node else None
    return bool(path) and is_member(node)


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """Members of either."""
    if one is other or not other:
        return one
    if not one:
        return other
    result = dict(one)
    for element, node in other.items():
        there = result.get(element)
        result[element] = node if there is None else _joined(there, node)
    return result


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    """Members of both."""
    if one is other:
        return one
    result = {}
    for element, node in one.items():
        there = other.get(element)
        if there is not None and element != SELF:
            kept = _made(is_member(node) and is_member(there), intersection(_below(node), _below(there)))
            if kept is not None:
                result[element] = kept
    return result


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """Members of the first that are none of the second; what is below a member of the second stays."""
    if not one or not other:
        return one
    result = {}
    for element, node in one.items():
        there = other.get(element)
        if there is None:
            result[element] = node
        elif element != SELF:
            kept = _made(is_member(node) and not is_member(there), difference(_below(node), _below(there)))
            if kept is not None:
                result[element] = kept
    return result


def recursive_difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """Members of the first that are neither members of the second nor below one."""
    if not one or not other:
        return one
    result = {}
    for element, node in one.items():
        there = other.get(element)
        if there is None:
            result[element] = node
        elif element != SELF and not is_member(there):
            kept = _made(is_member(node), recursive_difference(_below(node), _below(there)))
            if kept is not None:
                result[element] = kept
    return result


def paths(fields: FieldSet, before: Path = ()) -> Iterator[Path]:
    """Every member, in order: those of a level first, then what is below each."""
    elements = sorted((element for element in fields if element != SELF), key=_order)
    for element in elements:
        if is_member(fields[element]):
            yield (*before, element)
    for element in elements:
        if fields[element]:
            yield from paths(fields[element], (*before, element))


def ordered(fields: FieldSet) -> FieldSet:
    """The same set with its elements in upstream's order."""
    if not fields:
        return fields
    result = {SELF: MEMBER} if SELF in fields else {}
    for element in sorted((element for element in fields if element != SELF), key=_order):
        result[element] = ordered(fields[element])
    return result


def path_text(path: Path) -> str:
    """As errors name a path: `.spec.containers[name="web"].image`."""
    return "".join(element_text(element) for element in path)


def element_text(element: str) -> str:
    """As errors name one element."""
    kind, content = element[0], element[2:]
    if kind == "f":
        return "." + content
    if kind == "k":
        return "[" + ",".join(f"{name}={_shown(value)}" for name, value in json.loads(content).items()) + "]"
    return f"[={_shown(json.loads(content))}]" if kind == "v" else f"[{content}]"


def parsed(given: Any) -> FieldSet:
    """A set that a client sends; elements of unknown kinds are dropped. Raises ValueError for what is no FieldsV1."""
    if not isinstance(given, dict):
        raise ValueError("fieldsV1 must be an object")
    return {element: node for element, node in _parsed_node(given).items() if element != SELF}


def _parsed_node(given: Any) -> FieldSet:
    if not isinstance(given, dict):
        raise ValueError("a node of fieldsV1 must be an object")
    result: FieldSet = {}
    for name, below in given.items():
        if name == SELF:
            result[SELF] = MEMBER
            continue
        element = _canonical(name)
        if element is not None:
            node = _parsed_node(below)
            result[element] = node if element not in result else _joined(result[element], node)
    return MEMBER if list(result) == [SELF] else result


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str | None:
    """An element as this module writes it; None for one of an unknown kind."""
    if len(text) < 2 or len(text) > ELEMENT_MAX:
        raise ValueError(f"key must be 2 characters long: {text[:2]}")
    if text[1] != ":":
        raise ValueError(f"missing colon: {text}")
    kind, content = text[0], text[2:]
    text.encode()
    if kind == "k":
        keys = _loaded(content)
        if not isinstance(keys, dict):
            raise ValueError(f"no keys: {text}")
        return key_element(keys)
    if kind == "v":
        return value_element(_loaded(content))
    if kind == "i":
        return f"i:{int(content)}"
    return text if kind == "f" else None


def _loaded(content: str) -> Any:
    """JSON of a stranger: no NaN, no lone surrogates, no bottomless nesting. Raises ValueError."""
    try:
        found = json.loads(content, parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _json(found).encode()
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _joined(one: FieldSet, other: FieldSet) -> FieldSet:
    """Two nodes of one element as one."""
    if one is other or (not one and not other):
        return one
    if not one:
        return other if SELF in other else {SELF: MEMBER, **other}
    if not other:
        return one if SELF in one else {SELF: MEMBER, **one}
    return union(one, other)


def _below(node: FieldSet) -> FieldSet:
    return {element: child for element, child in node.items() if element != SELF} if SELF in node else node


def _made(member: bool, below: FieldSet) -> FieldSet | None:
    """A node with these children; None if it would lead to no member."""
    if not below:
        return MEMBER if member else None
    return {SELF: MEMBER, **below} if member else below


@lru_cache(maxsize=8192)
def _order(element: str) -> tuple[int, Any]:
    kind, content = element[0], element[2:]
    if kind == "k":
        return KINDS[kind], [(name, _rank(value)) for name, value in json.loads(content).items()]
    if kind == "v":
        return KINDS[kind], _rank(json.loads(content))
    return KINDS[kind], int(content) if kind == "i" else content


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers before texts before truth values before the rest, as upstream orders values."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    return (1, value) if isinstance(value, str) else (3, _json(value))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ",".join(map(_shown, value)) + "]"
    if isinstance(value, dict):
        return "".join(f"{name}={_shown(part)}" for name, part in value.items())
    return json.dumps(value, ensure_ascii=False)


def _json(value: Any) -> str:
    """Compact JSON as Go writes it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&":
        if sign in text:
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
