"""What the API server knows of a kind: names, defaulting, validation, what a create or an update may change."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import IMMUTABLE as IMMUTABLE
from cluster_core.api.kinds.checks import named as named
from cluster_core.api.kinds.checks import non_negative as non_negative
from cluster_core.api.request import Obj
from cluster_core.api.schema import decode
from cluster_core.api.subresource import Subresource, subresources_of

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
ANNOTATIONS_MAX = 256 * 1024
STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")
OWNER_WORDS = (
    ("apiVersion", "version must not be empty"),
    ("kind", "must not be empty"),
    ("name", "must not be empty"),
    ("uid", "must not be empty"),
)


class Kind:
    """One kind. Subclasses set the class variables and override what differs."""

    group: ClassVar[str] = ""
    version: ClassVar[str] = "v1"
    kind: ClassVar[str]
    plural: ClassVar[str]
    short_names: ClassVar[tuple[str, ...]] = ()
    categories: ClassVar[tuple[str, ...]] = ()
    namespaced: ClassVar[bool] = True
    has_status: ClassVar[bool] = True
    has_spec: ClassVar[bool] = True
    # The field whose changes count as generations of a kind without a spec, such as "webhooks"; "" if none does.
    counted: ClassVar[str] = ""
    initial_status: ClassVar[Obj | None] = None
    field_labels: ClassVar[tuple[str, ...]] = ()
    # False for reviews: answered at once, stored nowhere.
    stored: ClassVar[bool] = True
    verbs: ClassVar[tuple[str, ...]] = VERBS
    # The versions of the group that serve the kind, the preferred one first; () stands for the stored one alone.
    versions: ClassVar[tuple[str, ...]] = ()
    # Parts ("spec", "status") that are not checked again when a component writes them: it builds them from checked objects.
    trusted: ClassVar[tuple[str, ...]] = ()
    # True for kinds of CustomResourceDefinitions.
    custom: ClassVar[bool] = False

    @cached_property
    def served_versions(self) -> tuple[str, ...]:
        """Versions that a client may speak, the preferred one first."""
        return self.versions or (self.version,)

    @cached_property
    def subresources(self) -> tuple[Subresource, ...]:
        """What discovery tells of its subresources, by name."""
        return subresources_of(self.resource, self.kind, self.has_status and self.stored)

    @cached_property
    def struct(self) -> str:
        """The type of the stored object in types.json."""
        return self.kind

    @cached_property
    def api_version(self) -> str:
        """ "apps/v1" or "v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @cached_property
    def singular(self) -> str:
        """ "deployment"."""
        return self.kind.lower()

    @cached_property
    def resource(self) -> str:
        """ "deployments.apps" or "pods"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @cached_property
    def list_kind(self) -> str:
        """ "DeploymentList"."""
        return f"{self.kind}List"

    def published_schema(self, version: str) -> Obj | None:
        """The OpenAPI v3 schema of a custom kind in a version; None for the built-in ones, whose schemas are in `api/openapi`."""
        return None

    def printer_columns(self, version: str) -> list[Obj] | None:
        """additionalPrinterColumns of a custom kind in a version; None for the built-in ones, which have printers."""
        return None

    def name_rule(self, name: str) -> tuple[str, ...]:
        """What is wrong with a name."""
        return names.subdomain(name)

    def decode(self, struct: str, body: Obj) -> tuple[Obj, list[str]]:
        """A body without unknown fields, and their paths; `struct` is its type in types.json. Raises DecodeError."""
        found: tuple[Obj, list[str]] = decode(struct, body)
        return found

    def defaults(self, obj: Obj) -> Obj:
        """The object with unset fields at their defaults."""
        return obj

    def fill_in(self, obj: Obj) -> Obj:
        """What a new, defaulted object gets from its own metadata before it is validated, such as the selector of a Job."""
        return obj

    def validate(self, obj: Obj) -> list[Cause]:
        """What is wrong with an object, beyond its metadata; of a new one and of one that an update makes."""
        return []

    def validate_create(self, obj: Obj) -> list[Cause]:
        """What is wrong with a new object only: what old ones may still have."""
        return []

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What an update may not change."""
        return []

    def validate_metadata_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What an update may not change of the metadata of this kind; only asked when labels or annotations did."""
        return []

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What is wrong with a new status."""
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """A client cannot create status; generation counts specs from 1."""
        if self.has_status:
            obj = {name: value for name, value in obj.items() if name != "status"}
            if self.initial_status is not None:
                obj["status"] = self.initial_status
        counts = self.has_spec or self.counted
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}} if counts else obj

    def prepare_for(self, obj: Obj, who: Obj) -> Obj:
        """What a create notes of the user who asks, a UserInfo of authentication.k8s.io/v1."""
        return obj

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """An update keeps the status; a changed spec is a new generation."""
        if self.has_status:
            new = {name: value for name, value in new.items() if name != "status"}
            if "status" in old:
                new["status"] = old["status"]
        if self.has_spec or self.counted:
            field = self.counted or "spec"
            generation = old["metadata"].get("generation", 1) + (new.get(field) != old.get(field))
            new = {**new, "metadata": {**new["metadata"], "generation": generation}}
        return new

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """A status update changes nothing but the status."""
        return {**old, "status": new.get("status", {})}

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """What is worth a warning in an object that a client creates (`old` None) or changes."""
        return []

    def deprecation(self, version: str) -> str:
        """The warning that every request for a deprecated version gets; "" for the others."""
        return ""

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Fields that field selectors may name."""
        found = {"metadata.name": obj["metadata"]["name"]}
        if self.namespaced:
            found["metadata.namespace"] = obj["metadata"]["namespace"]
        return found


def validate_metadata(kind: Kind, obj: Obj) -> list[Cause]:
    """Names, labels, annotations, owners, finalizers."""
    meta = obj["metadata"]
    causes = _validate_name(kind, meta)
    if meta.get("labels"):
        causes.extend(validate_labels(meta["labels"], "metadata.labels"))
    if meta.get("annotations"):
        causes.extend(validate_annotations(meta["annotations"], "metadata.annotations"))
    if meta.get("ownerReferences"):
        causes.extend(_validate_owners(meta["ownerReferences"]))
    if meta.get("finalizers"):
        causes.extend(_validate_finalizers(meta["finalizers"]))
    return causes


def validate_labels(labels: Any, path: str) -> list[Cause]:
    """Label keys and values."""
    causes = []
    for key, value in (labels or {}).items():
        causes.extend(named(key, names.qualified, path))
        causes.extend(named(value, names.label_value, path))
    return causes


def _validate_name(kind: Kind, meta: Obj) -> list[Cause]:
    generated = meta.get("generateName", "")
    causes = named(generated.rstrip("-") or generated, kind.name_rule, "metadata.generateName") if generated else []
    if not meta.get("name"):
        return [*causes, Cause("metadata.name", "Required", "name or generateName is required")]
    return causes + named(meta["name"], kind.name_rule, "metadata.name")


def validate_annotations(annotations: dict[str, str], path: str) -> list[Cause]:
    """Keys of annotations and their size."""
    causes = [Cause(path, "Invalid", words, key) for key in annotations for words in names.qualified(key.lower())]
    if sum(len(key) + len(value) for key, value in annotations.items()) > ANNOTATIONS_MAX:
        causes.append(Cause(path, "TooLong", f"may not be more than {ANNOTATIONS_MAX} bytes"))
    return causes


def _validate_finalizers(finalizers: list[str]) -> list[Cause]:
    path = "metadata.finalizers"
    causes = [cause for name in finalizers for cause in named(name, names.qualified, path)]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        words = "finalizer orphan and foregroundDeletion cannot be both set"
        causes.append(Cause(path, "Invalid", words, finalizers))
    words = "name is neither a standard finalizer name nor is it fully qualified"
    return causes + [
        Cause(f"{path}[{index}]", "Invalid", words, name)
        for index, name in enumerate(finalizers)
        if "/" not in name and name not in STANDARD_FINALIZERS
    ]


def _validate_owners(owners: Any) -> list[Cause]:
    path = "metadata.ownerReferences"
    causes = [
        Cause(f"{path}.{field}", "Invalid", words, "")
        for owner in owners
        for field, words in OWNER_WORDS
        if not owner.get(field)
    ]
    for owner in owners:
        if (owner.get("apiVersion"), owner.get("kind")) == ("v1", "Event"):
            causes.append(Cause(path, "Invalid", "/v1, Kind=Event is disallowed from being an owner", owner))
    controllers = [f"{owner.get('kind', '')}/{owner.get('name', '')}" for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        words = 'Only one reference can have Controller set to true. Found "true" in references for '
        causes.append(Cause(path, "Invalid", words + " and ".join(controllers[:2]), list(owners)))
    return causes
