"""JSONPath templates of kubectl: `{.items[*].metadata.name}{"\n"}`, ranges, filters. Upstream: client-go `util/jsonpath`.

Real Kubernetes prints a map or a list as Go does; here as JSON, which kubectl does too since 1.18 where it can.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEPTH_MAX, RESULTS_MAX, TEXT_MAX = 20, 10_000, 10_000


class JsonPathError(Exception):
    """A template that cannot be read, or that leads nowhere."""


class OutOfBounds(JsonPathError):
    """An index that a list does not have."""


_TOKEN = re.compile(
    r"""\.\.(?P<deep>[\w*/-]+)|\.(?P<field>(?:[\w/-]|\\.)+|\*)|\[(?P<index>-?\d+)\]|\[(?P<slice>-?\d*:-?\d*(?::-?\d*)?)\]"""
    r"""|\[\?\((?P<filter>(?:[^()'"]|'[^']*'|"[^"]*")*)\)\]|\[(?P<keys>'[^']*'(?:\s*,\s*'[^']*')*|\*|-?\d+(?:,-?\d+)+)\]|(?P<plain>[\w/-]+)"""
)
_FILTER = re.compile(r"""\s*@(?P<path>[^=<>!]*?)\s*(?:(?P<op>==|!=|<=|>=|<|>)\s*(?P<value>.+?))?\s*$""")


def evaluate(template: str, obj: Any, as_json: bool = False) -> str:
    """What a template prints of an object. JsonPathError in kubectl's words."""
    if len(template) > TEXT_MAX:
        raise JsonPathError("jsonpath template is too long")
    template = template if "{" in template else "{" + template + "}"
    parts = _parts(template)
    if as_json:
        return json.dumps([value for kind, text in parts if kind == "path" for value in find(text, obj)], indent=4)
    out: list[str] = []
    try:
        end = _run(parts, 0, obj, obj, out, 0)
    except OutOfBounds as error:
        raise JsonPathError(
            f"error executing jsonpath {json.dumps(template, ensure_ascii=False)}: Error executing template: {error}. "
            "Printing more information for debugging the template:\n\ttemplate was:\n"
            f"\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{go_syntax(obj)}\n\n"
        ) from error
    if end != len(parts):
        raise JsonPathError("error parsing jsonpath: not in range, nothing to end")
    return "".join(out)


def find(path: str, obj: Any, root: Any = None) -> list[Any]:
    """The values that a path leads to. JsonPathError."""
    path = path.strip()
    here = [obj]
    if path.startswith("$"):
        here, path = [obj if root is None else root], path[1:]
    elif path.startswith("@"):
        path = path[1:]
    position = 0
    while position < len(path):
        if path[position:] == ".":
            break
        match = _TOKEN.match(path, position)
        if match is None or match.end() == position:
            raise JsonPathError(f"error parsing jsonpath {path}, unrecognized character in action: {path[position]!r}")
        here = [value for one in here for value in _step(match, one)][:RESULTS_MAX]
        position = match.end()
    return here


def sort_key(obj: Any, path: str) -> tuple[int, Any]:
    """What `--sort-by` sorts an object by: numbers before texts."""
    path = path.strip().removeprefix("{").removesuffix("}")
    found = find(path if path.startswith((".", "[")) else f".{path}", obj)
    if not found:
        return (0, "")
    value = found[0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (1, value)
    return (2, text_of(value))


def text_of(value: Any) -> str:
    """A value as it is printed."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _go_json(value)


def _go_json(value: Any) -> str:
    """As Go encodes it: keys in order, signs of HTML escaped."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def go_syntax(value: Any) -> str:
    """A value as Go's %#v writes it."""
    if isinstance(value, dict):
        return (
            "map[string]interface {}{"
            + ", ".join(f"{_quoted(k)}:{go_syntax(v)}" for k, v in sorted(value.items()))
            + "}"
        )
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(go_syntax(one) for one in value) + "}"
    if isinstance(value, str):
        return _quoted(value)
    return "interface {}(nil)" if value is None else text_of(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _parts(template: str) -> list[tuple[str, str]]:
    """Texts and actions: ("text", …), ("path", …), ("range", path), ("end", "")."""
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(template):
        start = template.find("{", position)
        if start < 0:
            parts.append(("text", template[position:]))
            break
        if start > position:
            parts.append(("text", template[position:start]))
        end = _closing(template, start)
        parts.extend(_action(template[start + 1 : end].strip()))
        position = end + 1
    return parts


def _closing(template: str, start: int) -> int:
    quote = ""
    for index in range(start + 1, len(template)):
        sign = template[index]
        if quote:
            quote = "" if sign == quote and template[index - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "}":
            return index
    inside = template[start:].count("[") > template[start:].count("]")
    raise JsonPathError(f"error parsing jsonpath {template}, {'unterminated array' if inside else 'unclosed action'}")


def _action(text: str) -> list[tuple[str, str]]:
    if text[:1] in "\"'" and len(text) > 1 and text[-1] == text[0]:
        return (
            [("text", text[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape"))]
            if text.isascii()
            else [("text", text[1:-1])]
        )
    if text == "end":
        return [("end", "")]
    if text.startswith("range"):
        return [("range", text[5:].strip())]
    return [("path", text)]


def _run(parts: list[tuple[str, str]], index: int, here: Any, root: Any, out: list[str], depth: int) -> int:
    if depth > DEPTH_MAX:
        raise JsonPathError("jsonpath: ranges are nested too deeply")
    while index < len(parts):
        kind, text = parts[index]
        if kind == "end":
            return index
        if kind == "text":
            out.append(text)
        elif kind == "path":
            out.append(" ".join(text_of(value) for value in find(text, here, root)))
        else:
            after = _end_of(parts, index)
            for value in find(text, here, root):
                _run(parts[: after + 1], index + 1, value, root, out, depth + 1)
            index = after
        index += 1
    return index


def _end_of(parts: list[tuple[str, str]], index: int) -> int:
    depth = 0
    for place in range(index, len(parts)):
        depth += {"range": 1, "end": -1}.get(parts[place][0], 0)
        if depth == 0:
            return place
    raise JsonPathError("unclosed range: expected {end}")


def _step(match: re.Match[str], value: Any) -> list[Any]:
    kind = match.lastgroup or ""
    text = match[kind]
    if kind == "deep":
        return _descend(text, value, 0)
    if kind in ("field", "plain"):
        return _field(re.sub(r"\\(.)", r"\1", text), value)
    if kind == "index":
        return _index(int(text), value)
    if kind == "slice":
        bounds = [int(part) if part else None for part in text.split(":")]
        return list(value[slice(*bounds)]) if isinstance(value, list) else []
    if kind == "filter":
        return [one for one in _children(value) if _passes(text, one)]
    if text == "*":
        return _children(value)
    if text[0] == "'":
        return [found for name in re.findall(r"'([^']*)'", text) for found in _field(name, value)]
    return [found for number in text.split(",") for found in _index(int(number), value)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _field(name: str, value: Any) -> list[Any]:
    if name == "*":
        return _children(value)
    return [value[name]] if isinstance(value, dict) and name in value else []


def _index(number: int, value: Any) -> list[Any]:
    if not isinstance(value, list):
        return []
    if not -len(value) <= number < len(value):
        raise OutOfBounds(f"array index out of bounds: index {number}, length {len(value)}")
    return [value[number]]


def _descend(name: str, value: Any, depth: int) -> list[Any]:
    if depth > DEPTH_MAX * 3:
        return []
    found = _field(name, value)
    for child in _children(value):
        found.extend(_descend(name, child, depth + 1))
    return found[:RESULTS_MAX]


def _passes(text: str, value: Any) -> bool:
    match = _FILTER.match(text)
    if match is None:
        raise JsonPathError(f"error parsing jsonpath, unrecognized filter: {text}")
    found = find("@" + match["path"], value)
    if match["op"] is None:
        return bool(found)
    wanted = _literal(match["value"], value)
    return any(_compare(one, match["op"], wanted) for one in found)


def _literal(text: str, value: Any) -> Any:
    text = text.strip()
    if text[:1] in "\"'" and len(text) > 1 and text[-1] == text[0]:
        return text[1:-1]
    if text.startswith("@"):
        return (find(text, value) or [None])[0]
    try:
        return json.loads(text)
    except ValueError as error:
        raise JsonPathError(f"error parsing jsonpath, unrecognized identifier {text}") from error


def _compare(found: Any, operator: str, wanted: Any) -> bool:
    if operator in ("==", "!="):
        return bool((found == wanted) == (operator == "=="))
    if type(found) is not type(wanted) or not isinstance(found, int | float | str):
        return False
    order = (found > wanted) - (found < wanted)
    return bool({"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[operator])
