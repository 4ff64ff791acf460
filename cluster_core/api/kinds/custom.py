"""Custom kinds: made of CustomResourceDefinitions, one for each version that is served.

Upstream: apiextensions-apiserver `pkg/registry/customresource`, `pkg/apiserver/customresource_handler.go`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cluster_core.api.conversion import Form
from cluster_core.api.discovery import version_order
from cluster_core.api.errors import Cause, internal
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.scale_paths import ScalePaths
from cluster_core.api.schema import DecodeError, decode
from cluster_core.api.structural.versions import schema_of_version, served_versions, storage_version
from cluster_core.api.subresource import SCALE, Subresource

STANDARD_FINALIZERS = ("orphan", "foregroundDeletion", "kubernetes")
INT32_MAX = 2**31 - 1
AGE = (
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in "
    "happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in "
    "UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
)


if TYPE_CHECKING:
    from cluster_core.api.structural.custom_version import CustomVersion


class CustomKind(Kind):
    """One version of a custom kind. `crd` is the stored definition; it is never changed, so neither is the kind."""

    has_spec = False
    custom = True

    def __init__(self, crd: Obj, version: str = "") -> None:
        spec = crd["spec"]
        accepted = (crd.get("status") or {}).get("acceptedNames") or {}
        names = accepted if accepted.get("kind") else spec["names"]
        self.crd = crd
        self.shown_version = version or storage_version(crd)
        self.definition: Obj = next(one for one in spec["versions"] if one["name"] == self.shown_version)
        # The class only declares these names: what they are is the definition's to say.
        self.__dict__.update(
            group=spec["group"],
            version=storage_version(crd),
            kind=names["kind"],
            plural=spec["names"]["plural"],
            singular=names.get("singular") or names["kind"].lower(),
            list_kind=names.get("listKind") or f"{names['kind']}List",
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            namespaced=spec["scope"] == "Namespaced",
            versions=tuple(sorted((one["name"] for one in served_versions(crd)), key=version_order)),
            has_status="status" in (self.definition.get("subresources") or {}),
            field_labels=tuple(
                one["jsonPath"].removeprefix(".") for one in self.definition.get("selectableFields") or ()
            ),
        )

    def __reduce__(self) -> tuple[type[CustomKind], tuple[Obj, str]]:
        """What was compiled is a cache of the process."""
        return (CustomKind, (self.crd, self.shown_version))

    @cached_property
    def struct(self) -> str:
        """It has no type in types.json: bodies are decoded by the schema."""
        return ""

    @property
    def schema(self) -> Obj:
        """The schema of this version."""
        return schema_of_version(self.definition) or {}

    def printer_columns(self, version: str) -> list[Obj]:
        """What tables show beside the name: by default the age."""
        version = version or self.version
        found = next((one for one in self.crd["spec"]["versions"] if one["name"] == version), self.definition)
        given: list[Obj] = found.get("additionalPrinterColumns") or []
        return given or [{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp", "description": AGE}]

    @cached_property
    def rules(self) -> CustomVersion:
        """The compiled schema."""
        # Loaded when first used: most clusters have no custom kinds.
        from cluster_core.api.structural.custom_version import custom_version

        return custom_version(self.definition)

    @cached_property
    def scale_paths(self) -> ScalePaths | None:
        """Where its objects have their replicas."""
        scale = (self.definition.get("subresources") or {}).get("scale")
        if scale is None:
            return None
        fields = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
        spec, status, selector = (tuple(str(scale.get(name) or "").strip(".").split(".")) for name in fields)
        return ScalePaths(spec, status, selector if selector != ("",) else ())

    @cached_property
    def subresources(self) -> tuple[Subresource, ...]:
        """status and scale, where the definition has them."""
        scale = (SCALE,) if self.scale_paths is not None else ()
        return (*scale, Subresource("status", self.kind)) if self.has_status else scale

    @property
    def ending(self) -> bool:
        """Whether the definition is being deleted: no new object then."""
        return bool(self.crd["metadata"].get("deletionTimestamp"))

    def form(self, version: str = "") -> Form | None:
        """How clients of a version see the objects; None if the version is not served."""
        if version and version not in self.versions:
            return None
        return custom_form(self.crd, version or self.version)

    def published_schema(self, version: str) -> Obj | None:
        """The schema of a version, for OpenAPI."""
        found = next((one for one in self.crd["spec"]["versions"] if one["name"] == version), None)
        return (schema_of_version(found) or {"type": "object"}) if found is not None else None

    def decode(self, struct: str, body: Obj) -> tuple[Obj, list[str]]:
        """The object without unknown fields, and their paths. Raises DecodeError."""
        _check_texts(body)
        made = dict(body)
        if made.get("metadata") is not None:
            made["metadata"], unknown = decode("ObjectMeta", made["metadata"])
        else:
            unknown = list[str]()
        kept, more = self.rules.pruned(made)
        return kept, [f"metadata.{name}" for name in unknown] + more

    def defaults(self, obj: Obj) -> Obj:
        """Unset fields at the defaults of the schema."""
        return self.rules.filled(obj)

    def validate_create(self, obj: Obj) -> list[Cause]:
        """By the schema and its rules."""
        return self.rules.validate(obj, None, self._scale_causes(obj))[0]

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """By the schema and its rules; what the update did not change is not held against it."""
        return self.rules.validate(new, self.rules.filled(old), self._scale_causes(new))[0]

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The status by the schema, and the rules."""
        return self.rules.validate_status(new, self.rules.filled(old), self._scale_causes(new, False))[0]

    def prepare_create(self, obj: Obj) -> Obj:
        """A client cannot create status, if it is a subresource."""
        if self.has_status:
            obj = {name: value for name, value in obj.items() if name != "status"}
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """The status stays, if it is a subresource; any change but of metadata is a new generation."""
        if self.has_status:
            new = {name: value for name, value in new.items() if name != "status"}
            if "status" in old:
                new["status"] = old["status"]
        changed = _content(new) != _content(old)
        generation = old["metadata"].get("generation", 1) + changed
        return {**new, "metadata": {**new["metadata"], "generation": generation}}

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """Nothing but the status."""
        made = {name: value for name, value in old.items() if name != "status"}
        return {**made, "status": new["status"]} if "status" in new else made

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """What is odd about an object: finalizers without a domain, rules that old parts break."""
        known = (old or {}).get("metadata", {}).get("finalizers") or ()
        found: list[str] = []
        for name in sorted(new["metadata"].get("finalizers") or ()):
            if name not in known and "/" not in name and name not in STANDARD_FINALIZERS:
                path = " including a path (/)" if "." in name else ""
                prefer = f"prefer a domain-qualified finalizer name{path} to avoid accidental conflicts with other finalizer writers"
                found.append(f'metadata.finalizers: "{name}": {prefer}')
        before = self.rules.filled(old) if old is not None else None
        return found + self.rules.validate(new, before, [])[1]

    def deprecation(self, version: str) -> str:
        """What a client of a deprecated version is told."""
        return _deprecation(self) if self.definition.get("deprecated") else ""

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """The name, and the fields that the definition makes selectable."""
        found = super().selectable_fields(obj)
        for label in self.field_labels:
            found[label] = _shown(_at(obj, tuple(label.split("."))))
        return found

    def _scale_causes(self, obj: Obj, spec: bool = True) -> list[Cause]:
        paths = self.scale_paths
        if paths is None:
            return []
        causes = _replicas(obj, paths.spec) if spec else []
        return causes + _replicas(obj, paths.status)


@dataclass(frozen=True, slots=True)
class CustomForm(Form):
    """How clients see custom objects: pruned and with the defaults of their version, whenever they were stored."""

    @property
    def stored(self) -> bool:
        """What is stored may be older than the schema, so it is never shown as it is."""
        return False


def custom_form(crd: Obj, version: str) -> CustomForm:
    """The form of a version."""
    kind = CustomKind(crd, version)
    api_version = f"{kind.group}/{version}"
    return CustomForm(kind, version, api_version, kind.struct, _Shown(kind), _Taken(kind))


@dataclass(frozen=True, slots=True)
class _Shown:
    kind: CustomKind

    def __call__(self, obj: Obj) -> Obj:
        _convertible(self.kind)
        return self.kind.rules.filled(obj)


@dataclass(frozen=True, slots=True)
class _Taken:
    kind: CustomKind

    def __call__(self, obj: Obj) -> Obj:
        _convertible(self.kind)
        return obj


def _convertible(kind: CustomKind) -> None:
    """Webhooks are stored, never called: objects can be used in the version that they are stored in."""
    strategy = (kind.crd["spec"].get("conversion") or {}).get("strategy")
    if strategy == "Webhook" and kind.shown_version != kind.version:
        words = f"conversion webhook for {kind.group}/{kind.version}, Kind={kind.kind} failed: webhooks are not called in a simulated cluster"
        raise internal(words)


def _deprecation(kind: CustomKind) -> str:
    given = kind.definition.get("deprecationWarning")
    if given is not None:
        return str(given)
    words = f"{kind.group}/{kind.shown_version} {kind.kind} is deprecated"
    newer = next((one for one in served_versions(kind.crd) if _is_newer(one, kind.shown_version)), None)
    return f"{words}; use {kind.group}/{newer['name']} {kind.kind}" if newer is not None else words


def _is_newer(version: Obj, than: str) -> bool:
    return not version.get("deprecated") and version_order(version["name"]) < version_order(than)


def _check_texts(body: Obj) -> None:
    waiting: list[Any] = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise DecodeError(f"json: invalid surrogate in string literal at {error.start}") from error


def _content(obj: Obj) -> Obj:
    return {name: value for name, value in obj.items() if name != "metadata"}


def _at(obj: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _replicas(obj: Obj, path: tuple[str, ...]) -> list[Cause]:
    found, field = _at(obj, path), "." + ".".join(path)
    if found is None:
        return []
    if isinstance(found, bool) or not isinstance(found, int):
        kind = {str: "string", bool: "bool", float: "float64", dict: "map[string]interface {}"}.get(
            type(found), "[]interface {}"
        )
        words = f"{field} accessor error: {found} is of the type {kind}, expected int64"
        return [Cause(field, "Invalid", words, 0)]
    if found < 0:
        return [Cause(field, "Invalid", "should be a non-negative integer", found)]
    words = f"should be less than or equal to {INT32_MAX}"
    return [Cause(field, "Invalid", words, found)] if found > INT32_MAX else []
