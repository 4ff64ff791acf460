"""Writes cluster_core/api/openapi/definitions.json.gz: the schemas that /openapi/v3 publishes, with descriptions and merge keys.

Run it with the JSON schemas that the PyPI package `kubernetes-validate` ships (Apache-2.0), which are made of upstream's OpenAPI, and with
the Go modules of the same version by their import paths (Apache-2.0), as for make_protobuf_fields:

    python -m tools.make_openapi …/kubernetes_validate/kubernetes-json-schema/v1.36.0-local/_definitions.json …/k8s.io

The document that upstream publishes as a file has no enums, an API server does: they come from the Go types. The package adapts upstream's OpenAPI v2 for JSON Schema; here that is undone: no nulls, no lists of apiVersions, references as v3
writes them. Real Kubernetes also publishes the zero value of every field that is not a pointer as its default.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from tools import go_enums
from tools.make_api_types import ROOTS, references

TARGET = Path(__file__).resolve().parent.parent / "cluster_core" / "api" / "openapi" / "definitions.json.gz"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
ALWAYS = [f"{META}.{kind}" for kind in ("DeleteOptions", "ListMeta", "ObjectMeta", "Patch", "Status", "WatchEvent")]
UNIONS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "description": "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
        "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that can "
        "accept a name or number.",
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
}

# k8s.io/metrics is served by an add-on, with a document of its own.
METRICS = "io.k8s.metrics.pkg.apis.metrics.v1beta1"
WINDOW = "The following fields define time interval from which metrics were collected from the interval [Timestamp-Window, Timestamp]."


def main(source: str, modules: str) -> None:
    """Write the table."""
    definitions: dict[str, Any] = json.loads(Path(source).read_text(encoding="utf-8"))["$defs"]
    found = {name: UNIONS.get(name) or published(definitions[name]) for name in sorted(reachable(definitions))}
    enums, fields = go_enums.read(Path(modules))
    for folder, field in fields:
        add_enum(found, folder, field, enums[field.enum])
    found |= metrics(found)
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    TARGET.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{TARGET.name}: {len(found)} schemas, {len(data)} bytes, {TARGET.stat().st_size} compressed")


def reachable(definitions: dict[str, Any]) -> list[str]:
    """The served kinds, their lists and what they are made of."""
    found: dict[str, None] = {}
    kinds = [f"{package}.{kind}" for package, kinds in ROOTS.items() for kind in kinds.split()]
    todo = [*ALWAYS, *kinds, *(f"{kind}List" for kind in kinds if f"{kind}List" in definitions)]
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            todo.extend(references(definitions[name]))
    return list(found)


def metrics(schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas of metrics.k8s.io/v1beta1 (`pkg/apis/metrics/v1beta1/types.go`)."""
    pod, listed = schemas["io.k8s.api.core.v1.Pod"], schemas["io.k8s.api.core.v1.PodList"]
    usage = {
        "description": "The memory usage is the memory working set.",
        "type": "object",
        "additionalProperties": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"},
    }
    times = {
        "timestamp": {"allOf": [{"$ref": f"#/components/schemas/{META}.Time"}], "description": WINDOW},
        "window": {"type": "string"},
    }
    container = {
        "description": "ContainerMetrics sets resource usage metrics of a container.",
        "type": "object",
        "required": ["name", "usage"],
        "properties": {
            "name": {
                "description": "Container name corresponding to the one from pod.spec.containers.",
                "type": "string",
            },
            "usage": usage,
        },
    }
    containers = {
        "description": "Metrics for all containers are collected within the same time window.",
        "type": "array",
        "items": {"$ref": f"#/components/schemas/{METRICS}.ContainerMetrics"},
    }
    result = {f"{METRICS}.ContainerMetrics": container}
    for kind, of, own in (("NodeMetrics", "node", {"usage": usage}), ("PodMetrics", "pod", {"containers": containers})):
        common = {name: pod["properties"][name] for name in ("apiVersion", "kind", "metadata")}
        schema = {
            "description": f"{kind} sets resource usage metrics of a {of}.",
            "required": ["timestamp", "window", *own],
            "properties": {**common, **times, **own},
        }
        items = {
            "description": f"List of {of} metrics.",
            "type": "array",
            "items": {"$ref": f"#/components/schemas/{METRICS}.{kind}"},
        }
        lists = {
            "description": f"{kind}List is a list of {kind}.",
            "required": ["items"],
            "properties": {**listed["properties"], "items": items},
        }
        for name, each in ((kind, schema), (f"{kind}List", lists)):
            about = [{"group": "metrics.k8s.io", "version": "v1beta1", "kind": name}]
            result[f"{METRICS}.{name}"] = {"type": "object", **each, "x-kubernetes-group-version-kind": about}
    return result


def add_enum(schemas: dict[str, Any], folder: str, field: go_enums.EnumField, enum: go_enums.Enum) -> None:
    """Give a field its values. `folder` is the path of its package after "k8s.io/"."""
    module, *rest = folder.split("/")
    properties = schemas.get(".".join(["io.k8s", module, *rest, field.struct]), {}).get("properties", {})
    if field.name in properties:
        own = properties[field.name]
        (own["items"] if field.shape else own)["enum"] = list(enum.values)
        if not field.shape:
            own["description"] = enum.described(own.get("description", ""))


def published(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema as OpenAPI v3 has it. Fields of a struct of schemas are called like keywords, so places are told apart."""
    result = {key: value for key, value in schema.items() if key not in ("properties", "additionalProperties", "items")}
    if isinstance(result.get("type"), list):
        result["type"] = next(kind for kind in result["type"] if kind != "null")
    if isinstance(result.get("enum"), list) and None in result["enum"]:
        result["enum"] = [value for value in result["enum"] if value is not None]
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            result[key] = published(schema[key])
    if "properties" in schema:
        result["properties"] = {name: _property(name, part) for name, part in schema["properties"].items()}
        result.setdefault("type", "object")
    return _referenced(result)


def _property(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """apiVersion and kind were narrowed to the values of one version."""
    if name in ("apiVersion", "kind") and "enum" in schema and "description" in schema:
        schema = {key: value for key, value in schema.items() if key != "enum"}
    return published(schema)


def _referenced(schema: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(schema.get("$ref"), str):
        return schema
    target = {"$ref": f"#/components/schemas/{schema['$ref'].rpartition('/')[2]}"}
    rest = {key: value for key, value in schema.items() if key not in ("$ref", "type")}
    return {"allOf": [target], **rest} if rest else target


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
