"""The published schemas of a custom kind. Upstream: apiextensions-apiserver `pkg/controller/openapi/builder/builder.go`."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.definitions import META, REFERENCE, definitions
from cluster_core.api.request import Obj

LIST_WORDS = (
    "List of {plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
)


def custom_name(group: str, version: str, kind: str) -> str:
    """ "com.example.stable.v1.CronTab" for CronTab of stable.example.com."""
    return ".".join([*reversed(group.split(".")), version, kind])


def custom_schemas(kind: Kind, version: str, schema: Obj) -> dict[str, Obj]:
    """The schemas of an object and of a list of them, by name."""
    name = custom_name(kind.group, version, kind.kind)
    given = schema.get("properties") or {}
    rest = {field: value for field, value in given.items() if field not in ("apiVersion", "kind", "metadata")}
    own: Obj = {
        **schema,
        "type": "object",
        "properties": {**_type_meta(), "metadata": _object_meta(), **rest},
        "x-kubernetes-group-version-kind": [{"group": kind.group, "version": version, "kind": kind.kind}],
    }
    return {name: own, custom_name(kind.group, version, kind.list_kind): _list(kind, version, name)}


def _type_meta() -> dict[str, Obj]:
    common = definitions()[f"{META}.Status"]["properties"]
    return {"apiVersion": common["apiVersion"], "kind": common["kind"]}


def _object_meta() -> Obj:
    words = definitions()["io.k8s.api.core.v1.Pod"]["properties"]["metadata"]["description"]
    return {"allOf": [{"$ref": f"{REFERENCE}{META}.ObjectMeta"}], "description": words}


def _list(kind: Kind, version: str, name: str) -> Obj:
    metadata = definitions()["io.k8s.api.core.v1.PodList"]["properties"]["metadata"]
    items = {
        "description": LIST_WORDS.format(plural=kind.plural),
        "type": "array",
        "items": {"$ref": f"{REFERENCE}{name}"},
    }
    return {
        "description": f"{kind.list_kind} is a list of {kind.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {**_type_meta(), "items": items, "metadata": metadata},
        "x-kubernetes-group-version-kind": [{"group": kind.group, "version": version, "kind": kind.list_kind}],
    }
