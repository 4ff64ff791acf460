"""Writes cluster_core/api/merge_types.json: how lists, maps and structs of the served types merge in a server-side apply.

Sources, both Apache-2.0: the JSON schemas of the PyPI package `kubernetes-validate` (as for make_api_types.py), and the typed schema
of client-go, `applyconfigurations/internal/internal.go`, which also tells defaults and which structs Go has as values:

    python tools/make_merge_types.py …/v1.36.0-local/_definitions.json …/applyconfigurations/internal/internal.go

The table is {struct: {field: what}}; the field "" is the struct itself. What is said, and only where it is not the rule (a struct is
granular, a map is granular, a list is atomic): `"merge"`: "atomic", "granular", "set" or "map"; `"keys"` of a "map": the fields that
items are told apart by, with their defaults (null: none); `"zero"`: what Go has there when nobody has set the field ({} for a struct
that is no pointer, null for a list without omitempty).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import make_api_types

TARGET = Path(__file__).resolve().parent.parent / "cluster_core" / "api" / "merge_types.json"
RELATIONS = {"associative": "map", "atomic": "atomic", "separable": "granular"}


def main(definitions_file: str, internal_file: str) -> None:
    """Write the table."""
    definitions: dict[str, Any] = json.loads(Path(definitions_file).read_text(encoding="utf-8"))["$defs"]
    text = Path(internal_file).read_text(encoding="utf-8")
    found = re.search(r"`(types:.*?)`", text, re.DOTALL)
    if found is None:
        raise SystemExit(f"{internal_file} holds no schema")
    typed = {one["name"]: one for one in yaml.safe_load(found.group(1))["types"]}
    names = make_api_types.reachable(definitions)
    make_api_types.name_structs(names)
    rows = {make_api_types.short(name): row_of(name, definitions[name], typed) for name in names}
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(rows.items()) if row]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} types")


def row_of(name: str, schema: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """One type's row: from client-go's schema, or from OpenAPI for a type that client-go has no configuration for."""
    row: dict[str, Any] = {}
    if schema.get("x-kubernetes-map-type") == "atomic":
        row[""] = {"merge": "atomic"}
    known = {field["name"]: field for field in typed.get(name, {}).get("map", {}).get("fields", ())}
    required = schema.get("required", ())
    for field, described in sorted(schema.get("properties", {}).items()):
        said = merge_of(described, known.get(field, {}), typed)
        if said.get("merge") in ("set", "map") and field in required:
            said["zero"] = None
        if is_value(field, described, known.get(field), field in required, typed):
            said["zero"] = {}
        if said:
            row[field] = said
    return row


def merge_of(described: dict[str, Any], known: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """How one field merges, if it is not the rule."""
    of_list = described.get("x-kubernetes-list-type", "atomic")
    if of_list == "set":
        return {"merge": "set"}
    if of_list == "map":
        return {"merge": "map", "keys": keys_of(described, known, typed)}
    relation = described.get("x-kubernetes-map-type")
    return {"merge": relation} if relation else {}


def keys_of(described: dict[str, Any], known: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """The keys of a list of structs, each with its default."""
    item = typed.get(described["items"]["$ref"].rpartition("/")[2], {})
    defaults = {field["name"]: field.get("default") for field in item.get("map", {}).get("fields", ())}
    keys = known.get("type", {}).get("list", {}).get("keys") or described["x-kubernetes-list-map-keys"]
    return {key: defaults.get(key) for key in keys}


def is_value(
    field: str, described: dict[str, Any], known: dict[str, Any] | None, required: bool, typed: dict[str, Any]
) -> bool:
    """Whether Go has a struct there, and no pointer to one. Of types that client-go does not know, their metadata and status are."""
    if known is None:
        return "$ref" in described and (required or field in ("metadata", "status"))
    named = known["type"].get("namedType", "")
    return known.get("default") == {} and "map" in typed.get(named, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
