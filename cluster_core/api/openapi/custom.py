"""The published schemas of a custom kind. Upstream: apiextensions-apiserver `pkg/controller/openapi/builder/builder.go`."""

from __future__ import annotations

from cluster_core.api.openapi.definitions import META, REFERENCE, definitions
from cluster_core.api.request import Obj

LIST_WORDS = (
    "List of {plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
)


def custom_name(group: str, version: str, kind: str) -> str:
    """ "com.example.stable.v1.CronTab" for CronTab of stable.example.com."""
    return ".".join([*reversed(group.split(".")), version, kind])


def custom_schemas(group: str, version: str, kind: str, plural: str, schema: Obj) -> dict[str, Obj]:
    """The schemas of an object and of a list of them, by name."""
    name = custom_name(group, version, kind)
    given = schema.get("properties") or {}
    rest = {field: value for field, value in given.items() if field not in ("apiVersion", "kind", "metadata")}
    own: Obj = {
        **schema,
        "type": "object",
        "properties": {**_type_meta(), "metadata": _object_meta(), **rest},
        "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": kind}],
    }
    return {name: own, f"{name}List": _list(group, version, kind, plural, name)}


def _type_meta() -> dict[str, Obj]:
    common = definitions()[f"{META}.Status"]["properties"]
    return {"apiVersion": common["apiVersion"], "kind": common["kind"]}


def _object_meta() -> Obj:
    words = definitions()["io.k8s.api.core.v1.Pod"]["properties"]["metadata"]["description"]
    return {"allOf": [{"$ref": f"{REFERENCE}{META}.ObjectMeta"}], "description": words}


def _list(group: str, version: str, kind: str, plural: str, name: str) -> Obj:
    metadata = definitions()["io.k8s.api.core.v1.PodList"]["properties"]["metadata"]
    items = {"description": LIST_WORDS.format(plural=plural), "type": "array", "items": {"$ref": f"{REFERENCE}{name}"}}
    return {
        "description": f"{kind}List is a list of {kind}",
        "type": "object",
        "required": ["items"],
        "properties": {**_type_meta(), "items": items, "metadata": metadata},
        "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": f"{kind}List"}],
    }
