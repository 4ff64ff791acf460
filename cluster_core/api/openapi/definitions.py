"""The published schemas of built-in types, by upstream's names ("io.k8s.api.core.v1.PodSpec"). Loaded when first asked for."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cluster_core.api.request import Obj

DATA = Path(__file__).parent / "definitions.json.gz"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
REFERENCE = "#/components/schemas/"
# The Go packages that groups are called by in the names of their schemas, where that is not the first part of the group.
PACKAGES = {
    "meta": "io.k8s.apimachinery.pkg.apis.meta",
    "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
    "apiregistration": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
}


@lru_cache(maxsize=1)
def definitions() -> dict[str, Obj]:
    """Every schema by name."""
    found: dict[str, Obj] = json.loads(gzip.decompress(DATA.read_bytes()))
    return found


@lru_cache(maxsize=1)
def digest() -> str:
    """Identifies the data."""
    return hashlib.sha256(DATA.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, str, str], str]:
    """The schema of each (group, version, kind) that is of one kind alone."""
    result = {}
    for name, schema in definitions().items():
        kinds = schema.get("x-kubernetes-group-version-kind", ())
        if len(kinds) == 1:
            result[kinds[0]["group"], kinds[0]["version"], kinds[0]["kind"]] = name
    return result


def name_of(group: str, version: str, kind: str) -> str | None:
    """The name of the schema of a kind, or None."""
    return _names().get((group, version, kind))


def closure(schemas: dict[str, Obj]) -> dict[str, Obj]:
    """The schemas and those that they refer to, by name."""
    found: dict[str, Obj] = {}
    todo = dict(schemas)
    while todo:
        name, schema = todo.popitem()
        found[name] = schema
        for reference in _references(schema):
            if reference not in found and reference not in todo:
                todo[reference] = definitions()[reference]
    return dict(sorted(found.items()))


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for part in schema for name in _references(part)]
    if not isinstance(schema, dict):
        return []
    own = schema.get("$ref")
    found = [own.removeprefix(REFERENCE)] if isinstance(own, str) else []
    return found + [name for part in schema.values() for name in _references(part)]


@lru_cache(maxsize=1024)
def description(field: str) -> str:
    """What upstream says of a field: "core.v1.PodSpec.nodeName", "meta.v1.ObjectMeta.name"; "" for one that it does not describe."""
    package, version, struct, name = field.split(".")
    schema = definitions()[f"{PACKAGES.get(package, f'io.k8s.api.{package}')}.{version}.{struct}"]
    return str(schema["properties"][name].get("description", ""))
