"""Writes cluster_core/api/types.json: the fields of every type that the API server serves, from upstream's OpenAPI.

Run it with the JSON schemas that the PyPI package `kubernetes-validate` ships (Apache-2.0), which are upstream's OpenAPI as is:

    python tools/make_api_types.py …/kubernetes_validate/kubernetes-json-schema/v1.36.0-local/_definitions.json

A type is {field: "type [merge]"}; "!" lists the required fields. A type is `string`, `int32`, `quantity` …, `@Name` for a struct,
with `[]` for a list and `{}` for a map. merge is the key that a strategic merge patch merges a list of structs by, `+` for a
list of texts that is merged, and `=` where `$retainKeys` applies.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "cluster_core" / "api" / "types.json"
CORE = (
    "Namespace Node Pod ReplicationController Service Endpoints ConfigMap Secret ServiceAccount PersistentVolumeClaim "
    "PersistentVolume Event Binding"
)
ROOTS = [f"io.k8s.api.core.v1.{kind}" for kind in CORE.split()] + [
    "io.k8s.api.apps.v1.ReplicaSet",
    "io.k8s.api.apps.v1.Deployment",
    "io.k8s.api.autoscaling.v1.Scale",
    "io.k8s.api.coordination.v1.Lease",
    "io.k8s.api.discovery.v1.EndpointSlice",
    "io.k8s.api.policy.v1.Eviction",
]
SCALARS = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "micro-time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
}


def main(source: str) -> None:
    """Write the table."""
    definitions: dict[str, Any] = json.loads(Path(source).read_text(encoding="utf-8"))["$defs"]
    names = reachable(definitions)
    lines = [f"{json.dumps(short(name))}: {json.dumps(fields(definitions[name]))}" for name in sorted(names, key=short)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} types")


def reachable(definitions: dict[str, Any]) -> list[str]:
    """The structs that the served kinds are made of."""
    found: dict[str, None] = {}
    todo = list(ROOTS)
    while todo:
        name = todo.pop()
        if name not in found and name not in SCALARS:
            found[name] = None
            todo.extend(references(definitions[name]))
    return list(found)


def references(schema: Any) -> list[str]:
    """The definitions that a schema names."""
    if isinstance(schema, list):
        return [name for part in schema for name in references(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
    return own + [name for part in schema.values() for name in references(part)]


def short(name: str) -> str:
    """The Go name; two groups have an EndpointPort."""
    last = name.rpartition(".")[2]
    return f"discovery.{last}" if ".discovery." in name and last == "EndpointPort" else last


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    """One type's row."""
    row: dict[str, Any] = {name: described(part) for name, part in sorted(schema.get("properties", {}).items())}
    if schema.get("required"):
        row["!"] = sorted(schema["required"])
    return row


def described(schema: dict[str, Any]) -> str:
    """The type of a field and how it merges."""
    strategy = schema.get("x-kubernetes-patch-strategy", "").split(",")
    merge = schema.get("x-kubernetes-patch-merge-key", "+") if "merge" in strategy else ""
    return f"{typed(schema)} {merge}{'=' if 'retainKeys' in strategy else ''}".strip()


def typed(schema: dict[str, Any]) -> str:
    """The type of a field."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return SCALARS.get(name) or f"@{short(name)}"
    given = schema.get("type", "any")
    kind = given if isinstance(given, str) else next(word for word in given if word != "null")
    if kind == "array":
        return "[]" + typed(schema["items"])
    if kind == "object":
        return "{}" + typed(schema["additionalProperties"]) if "additionalProperties" in schema else "any"
    return {"integer": schema.get("format", "int64"), "boolean": "bool", "number": "float64"}.get(
        kind, "bytes" if schema.get("format") == "byte" else kind
    )


if __name__ == "__main__":
    main(sys.argv[1])
