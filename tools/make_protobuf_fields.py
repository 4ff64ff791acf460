"""Writes explorer/kubeapi/protobuf_fields.json: which field of a protobuf message is which field of the JSON object.

Run it with a folder that holds the Go modules of Kubernetes 1.36 (Apache-2.0) by their import paths, as Debian's packages
golang-k8s-api-dev, golang-k8s-apimachinery-dev … lay them out (/usr/share/gocode/src/k8s.io):

    python -m tools.make_protobuf_fields …/k8s.io

From `generated.proto` come the types, from the Go structs the names in JSON, what is embedded, and which fields JSON leaves out when
they are zero. A message is {number: "name type [?]"}: `-` is the name of an embedded struct, `?` marks a field that is left out when it
is zero; types are string, bytes, bool, int32, int64, double, @message, with [] for a list and {} for a map.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tools.make_api_types import ROOTS

TARGET = Path(__file__).resolve().parent.parent / "explorer" / "kubeapi" / "protobuf_fields.json"
PACKAGES = {
    "k8s.io.api.": "",
    "k8s.io.apimachinery.pkg.apis.": "",
    "k8s.io.apiextensions_apiserver.pkg.apis.": "",
    "k8s.io.kube_aggregator.pkg.apis.": "",
    "k8s.io.apimachinery.pkg.api.": "",
    "k8s.io.apimachinery.pkg.util.": "",
    "k8s.io.apimachinery.pkg.": "",
}
ALSO = ("meta.v1.DeleteOptions", "meta.v1.Status")
MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"^\s*(optional|repeated|map<\s*string,\s*([\w.]+)>)\s+(?:([\w.]+)\s+)?(\w+) = (\d+)", re.M)
# An embedded struct has no name in JSON; one that JSON does not show (`json:"-"`) keeps that of its message.
STRUCT = re.compile(r"^type (\w+) struct \{(.*?)^\}", re.M | re.S)
TAGGED = re.compile(r'^\s*(?:(\w+)\s+)?(\*?)(\[\]|map\[)?[^`\n]*`[^`\n]*json:"([^"]*)"[^`\n]*protobuf:"([^"]+)"', re.M)
SCALARS = ("string", "bytes", "bool", "int32", "int64", "double")

Fields = dict[str, str]


def main(source: str) -> None:
    """Write the table."""
    messages: dict[str, Fields] = {}
    for path in sorted(Path(source).rglob("generated.proto")):
        messages |= messages_in(path)
    roots = [f"{short_package(package)}.{kind}" for package, kinds in ROOTS.items() for kind in kinds.split()]
    found = reachable(messages, [*roots, *ALSO])
    lines = [f"{json.dumps(name)}: {json.dumps(messages[name])}" for name in sorted(found)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} messages")


def messages_in(path: Path) -> dict[str, Fields]:
    """The messages of one `generated.proto` and the Go files beside it."""
    text = path.read_text(encoding="utf-8")
    own = short(re.search(r"^package ([\w.]+);", text, re.M)[1] + ".")  # type: ignore[index]
    go = "\n".join(file.read_text(encoding="utf-8") for file in sorted(path.parent.glob("*.go")))
    return messages_of(text, go, own)


def messages_of(proto: str, go: str, own: str) -> dict[str, Fields]:
    """The messages by name; `own` is the package with a dot at its end."""
    tags = {name: dict(_tags(body)) for name, body in STRUCT.findall(go)}
    result = {}
    for name, body in MESSAGE.findall(proto):
        rows = {number: (label, values, kind, given) for label, values, kind, given, number in FIELD.findall(body)}
        result[own + name] = {
            number: _row(row, tags.get(name, {}).get(number, (row[3], False)), own) for number, row in rows.items()
        }
    return result


def _tags(body: str) -> list[tuple[str, tuple[str, bool]]]:
    """(field number, (name in JSON, left out when zero)) of a struct; an embedded one is called "-"."""
    found = []
    for _name, pointer, container, names, tag in TAGGED.findall(body):
        name, *options = names.split(",")
        drops = "omitempty" in options and not pointer and not container
        hidden = tag.split("name=")[-1].split(",")[0]
        shown = "-" if "inline" in options or not name else hidden if name == "-" else name
        found.append((tag.split(",")[1], (shown, drops)))
    return found


def _row(row: tuple[str, str, str, str], tag: tuple[str, bool], own: str) -> str:
    label, values, kind, _given = row
    prefix = "[]" if label == "repeated" else "{}" if values else ""
    typed = f"{prefix}{_type(values or kind, own)}"
    return f"{tag[0]} {typed}{' ?' if tag[1] and typed in SCALARS else ''}"


def _type(name: str, own: str) -> str:
    if name in SCALARS:
        return name
    return "@" + (short(name.removeprefix(".")) if "." in name else own + name)


def short(name: str) -> str:
    """ "core.v1.Pod" for k8s.io.api.core.v1.Pod."""
    prefix = next((each for each in PACKAGES if name.startswith(each)), "")
    return name.removeprefix(prefix)


def short_package(package: str) -> str:
    """ "core.v1" for io.k8s.api.core.v1."""
    return ".".join(package.split(".")[-2:])


def reachable(messages: dict[str, Fields], roots: list[str]) -> dict[str, Any]:
    """The messages that the served kinds are made of."""
    found: dict[str, None] = {}
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            todo.extend(row.split()[1].partition("@")[2] for row in messages[name].values() if "@" in row)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
