"""The enums of Go packages of Kubernetes: types marked `+enum`, their values, and which fields are of them.

Only what kube-openapi makes of them is read, by its rules (`pkg/generators/enum.go`); this is no parser of Go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TYPE = re.compile(r"((?:^//.*\n)+)type (\w+) string$", re.M)
CONST_BLOCK = re.compile(r"^const \((.*?)^\)", re.M | re.S)
CONST_LINE = re.compile(r"^const (.*)$", re.M)
VALUE = re.compile(r'((?:^[ \t]*//.*\n)*)^[ \t]*(\w+)\s+(?:(\w+)\s*)?=\s*(?:(\w+)\()?"([^"]*)"', re.M)
STRUCT = re.compile(r"^type (\w+) struct \{(.*?)^\}", re.M | re.S)
FIELD = re.compile(r'^\s*\w+\s+(\*|\[\])?(?:(\w+)\.)?(\w+)\s+`[^`\n]*json:"([^",]+)', re.M)
IMPORT = re.compile(r'^\s*(\w+)?\s*"k8s\.io/([\w/.-]+)"', re.M)
HEADER = "Possible enum values:"

Key = tuple[str, str]


@dataclass(frozen=True)
class Enum:
    """The values of an enum, sorted, and the lines that describe them."""

    values: tuple[str, ...]
    lines: tuple[str, ...]

    def described(self, words: str) -> str:
        """A field's description followed by the values."""
        return "\n".join([f"{words}\n\n{HEADER}" if words else HEADER, *self.lines])


@dataclass(frozen=True)
class EnumField:
    """A field of an enum: `shape` is "[]" for a list of them."""

    struct: str
    name: str
    shape: str
    enum: Key


def enums_of(folder: str, text: str) -> dict[Key, Enum]:
    """The enums of a package, by (folder, type)."""
    marked = {name for comment, name in TYPE.findall(text) if re.search(r"^// \+enum\b", comment, re.M)}
    found: dict[str, dict[str, str]] = {name: {} for name in marked}
    blocks = CONST_BLOCK.findall(text) + CONST_LINE.findall(text)
    for comment, name, typed, cast, value in (match for block in blocks for match in VALUE.findall(block)):
        enum = found.get(typed or cast)
        if enum is not None:
            line = _line(comment, name, value)
            enum[value] = max(enum.get(value, ""), line, key=lambda each: (len(each), each))
    return {
        (folder, name): Enum(tuple(sorted(rows)), tuple(sorted(rows.values()))) for name, rows in found.items() if rows
    }


def _line(comment: str, name: str, value: str) -> str:
    words = " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())
    words = re.sub(r"\s+", " ", words.strip().removeprefix(name).strip())
    return f' - `"{value}"` {words}'.rstrip()


def fields_of(folder: str, text: str) -> list[EnumField]:
    """The fields of a file whose types are named; which of the types are enums is not known here."""
    packages = {alias or path.rpartition("/")[2]: path for alias, path in IMPORT.findall(text)}
    return [
        EnumField(struct, name, "[]" if shape == "[]" else "", (packages.get(package, "") if package else folder, kind))
        for struct, body in STRUCT.findall(text)
        for shape, package, kind, name in FIELD.findall(body)
    ]


def read(root: Path) -> tuple[dict[Key, Enum], list[tuple[str, EnumField]]]:
    """Everything below a folder that holds modules by their paths after "k8s.io/": enums, and (folder, field) of fields of them."""
    enums: dict[Key, Enum] = {}
    fields: list[tuple[str, EnumField]] = []
    for path in sorted(root.rglob("types*.go")):
        folder = path.parent.relative_to(root).as_posix()
        fields += [(folder, each) for each in fields_of(folder, path.read_text(encoding="utf-8"))]
    for folder in {folder: None for folder, _field in fields}:
        text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / folder).glob("*types*.go")))
        enums |= enums_of(folder, text)
    return enums, [(folder, each) for folder, each in fields if each.enum in enums]
