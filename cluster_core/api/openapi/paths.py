"""The paths of a kind in an OpenAPI v3 document: what clients look for are the verbs, their parameters and whom they are about.

Upstream: apiserver `pkg/endpoints/installer.go`. Real Kubernetes also publishes the deprecated /watch/ paths, and describes every
parameter at length.
"""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.definitions import META, REFERENCE, name_of
from cluster_core.api.request import Obj
from cluster_core.api.subresource import Subresource

JSON, PROTOBUF, YAML = "application/json", "application/vnd.kubernetes.protobuf", "application/yaml"
PATCHES = ("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json")
# Not for custom kinds, whose lists have no merge keys: kubectl looks here before it sends one.
STRATEGIC = "application/strategic-merge-patch+json"
ACTIONS = {"get": "get", "list": "list", "create": "post", "update": "put", "patch": "patch", "delete": "delete"}
METHODS = {"get": "get", "create": "post", "update": "put", "patch": "patch", "delete": "delete"}
LIST_PARAMETERS = {
    "allowWatchBookmarks": "boolean",
    "continue": "string",
    "fieldSelector": "string",
    "labelSelector": "string",
    "limit": "integer",
    "resourceVersion": "string",
    "resourceVersionMatch": "string",
    "sendInitialEvents": "boolean",
    "timeoutSeconds": "integer",
    "watch": "boolean",
}
DELETE_PARAMETERS = {
    "dryRun": "string",
    "gracePeriodSeconds": "integer",
    "ignoreStoreReadErrorWithClusterBreakingPotential": "boolean",
    "orphanDependents": "boolean",
    "propagationPolicy": "string",
}
WRITE_PARAMETERS = {"dryRun": "string", "fieldManager": "string", "fieldValidation": "string"}
PARAMETERS = {
    "get": {},
    "list": LIST_PARAMETERS,
    "create": WRITE_PARAMETERS,
    "update": WRITE_PARAMETERS,
    "patch": {**WRITE_PARAMETERS, "force": "boolean"},
    "delete": DELETE_PARAMETERS,
    "deletecollection": {**LIST_PARAMETERS, **DELETE_PARAMETERS},
}
# The verbs that some subresources are called by do not write objects: their parameters are in their own options.
STREAMS = ("attach", "exec", "log", "portforward", "proxy")
IN_PATH = {"namespace": "object name and auth scope, such as for teams and projects", "name": "name of the {kind}"}


def paths_of(kind: Kind, version: str, schema: str | None) -> dict[str, Obj]:
    """The paths of a kind in one version; `schema` is the name of its schema, None for one without."""
    own = _Paths(kind, version, schema)
    return {**own.collection(), **own.item(), **own.subresources()}


class _Paths:
    def __init__(self, kind: Kind, version: str, schema: str | None) -> None:
        self.kind, self.version, self.schema = kind, version, schema
        self.patches = PATCHES if kind.published_schema(version) is not None else (*PATCHES, STRATEGIC)
        self.root = f"/apis/{kind.group}/{version}" if kind.group else f"/api/{version}"
        scope = "/namespaces/{namespace}" if kind.namespaced else ""
        self.base = f"{self.root}{scope}/{kind.plural}"

    def collection(self) -> dict[str, Obj]:
        verbs = {verb: METHODS.get(verb, "") for verb in self.kind.verbs if verb == "create"}
        verbs |= {
            verb: method
            for verb, method in (("list", "get"), ("deletecollection", "delete"))
            if verb in self.kind.verbs
        }
        found = {self.base: self._path(verbs, ("namespace",))}
        if self.kind.namespaced and "list" in self.kind.verbs:
            found[f"{self.root}/{self.kind.plural}"] = self._path({"list": "get"}, ())
        return found

    def item(self) -> dict[str, Obj]:
        verbs = {verb: METHODS[verb] for verb in self.kind.verbs if verb in METHODS and verb != "create"}
        return {f"{self.base}/{{name}}": self._path(verbs, ("name", "namespace"))} if verbs else {}

    def subresources(self) -> dict[str, Obj]:
        return {f"{self.base}/{{name}}/{each.name}": self._subresource(each) for each in self.kind.subresources}

    def _subresource(self, found: Subresource) -> Obj:
        group, version = (found.group, found.version) if found.version else (self.kind.group, self.version)
        about = {"group": group, "version": version, "kind": found.kind}
        schema = None if found.name in STREAMS else name_of(group, version, found.kind)
        if found.kind == self.kind.kind:
            about, schema = self._about(), None if found.name in STREAMS else self.schema
        path: Obj = {"parameters": self._path_parameters(("name", "namespace"))}
        for verb in found.verbs:
            path[METHODS[verb]] = self._operation(verb, about, schema, found.name not in STREAMS, f" {found.name}")
        return path

    def _path(self, verbs: dict[str, str], parameters: tuple[str, ...]) -> Obj:
        path: Obj = {"parameters": [*self._path_parameters(parameters), _query("pretty", "string")]}
        for verb, method in verbs.items():
            schema = self._list_schema() if verb == "list" else self.schema
            path[method] = self._operation(verb, self._about(), schema, True)
        return path

    def _list_schema(self) -> str | None:
        return f"{self.schema.rpartition('.')[0]}.{self.kind.list_kind}" if self.schema else None

    def _path_parameters(self, names: tuple[str, ...]) -> list[Obj]:
        return [
            {
                "name": name,
                "in": "path",
                "description": IN_PATH[name].format(kind=self.kind.kind),
                "required": True,
                "schema": {"type": "string", "uniqueItems": True},
            }
            for name in names
            if name != "namespace" or self.kind.namespaced
        ]

    def _about(self) -> Obj:
        return {"group": self.kind.group, "version": self.version, "kind": self.kind.kind}

    def _operation(self, verb: str, about: Obj, schema: str | None, typed: bool, part: str = "") -> Obj:
        result: Obj = {
            "description": f"{verb}{part} of {about['kind']}",
            "parameters": [_query(name, kind) for name, kind in (PARAMETERS[verb] if typed else {}).items()],
            "responses": {"200": {"description": "OK", "content": _content(_answer(verb, schema))}},
            "x-kubernetes-action": ACTIONS.get(verb, verb),
            "x-kubernetes-group-version-kind": about,
        }
        if typed and verb in ("create", "update", "delete", "deletecollection", "patch"):
            result["requestBody"] = self._body(verb, schema)
        return result

    def _body(self, verb: str, schema: str | None) -> Obj:
        if verb == "patch":
            reference = {"schema": {"$ref": f"{REFERENCE}{META}.Patch"}}
            return {"content": dict.fromkeys(self.patches, reference), "required": True}
        if verb.startswith("delete"):
            return {"content": _content(f"{META}.DeleteOptions")}
        return {"content": {"*/*": next(iter(_content(schema).values()), {})}, "required": True}


def _answer(verb: str, schema: str | None) -> str | None:
    return f"{META}.Status" if verb in ("delete", "deletecollection") else schema


def _content(schema: str | None) -> Obj:
    if schema is None:
        return {"*/*": {"schema": {"type": "string"}}}
    return {key: {"schema": {"$ref": f"{REFERENCE}{schema}"}} for key in (JSON, YAML, PROTOBUF)}


def _query(name: str, kind: str) -> Obj:
    return {"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": True}}
