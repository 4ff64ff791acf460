"""What the API server knows of a kind: names, defaulting, validation, what a create or an update may change."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
    "an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
ANNOTATIONS_MAX = 256 * 1024
IMMUTABLE = "field is immutable"


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
    fields: ClassVar[tuple[str, ...]] = ("spec", "status")

    @property
    def api_version(self) -> str:
        """ "apps/v1" or "v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def singular(self) -> str:
        """ "deployment"."""
        return self.kind.lower()

    @property
    def resource(self) -> str:
        """ "deployments.apps" or "pods"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def defaults(self, obj: Obj) -> Obj:
        """The object with unset fields at their defaults."""
        return obj

    def validate(self, obj: Obj) -> list[Cause]:
        """What is wrong with a new object, beyond its metadata."""
        return []

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """What an update may not change."""
        return []

    def prepare_create(self, obj: Obj) -> Obj:
        """A client cannot create status; generation counts specs from 1."""
        obj = {name: value for name, value in obj.items() if name != "status" or not self.has_status}
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}} if self.has_spec else obj

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """An update keeps the status; a changed spec is a new generation."""
        if self.has_status:
            new = {name: value for name, value in new.items() if name != "status"}
            if "status" in old:
                new["status"] = old["status"]
        if self.has_spec:
            generation = old["metadata"].get("generation", 1) + (new.get("spec") != old.get("spec"))
            new = {**new, "metadata": {**new["metadata"], "generation": generation}}
        return new

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """A status update changes nothing but the status."""
        return {**old, "status": new.get("status", {})}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Fields that field selectors may name."""
        found = {"metadata.name": obj["metadata"]["name"]}
        if self.namespaced:
            found["metadata.namespace"] = obj["metadata"]["namespace"]
        return found


def validate_metadata(kind: Kind, obj: Obj) -> list[Cause]:
    """Names, labels, annotations."""
    meta = obj["metadata"]
    causes: list[Cause] = []
    name = meta.get("name", "")
    if not name:
        causes.append(Cause("metadata.name", "Required", "name or generateName is required"))
    elif len(name) > 253 or not SUBDOMAIN.fullmatch(name):
        words = "must be no more than 253 bytes" if len(name) > 253 else SUBDOMAIN_WORDS
        causes.append(Cause("metadata.name", "Invalid", words, name))
    causes.extend(validate_labels(meta.get("labels"), "metadata.labels"))
    annotations = meta.get("annotations") or {}
    if not isinstance(annotations, dict) or not all(isinstance(value, str) for value in annotations.values()):
        causes.append(Cause("metadata.annotations", "Invalid", "must be a map of strings", annotations))
    elif sum(len(key) + len(value) for key, value in annotations.items()) > ANNOTATIONS_MAX:
        causes.append(Cause("metadata.annotations", "TooLong", f"may not be more than {ANNOTATIONS_MAX} bytes"))
    return causes


def validate_labels(labels: Any, path: str) -> list[Cause]:
    """Label keys and values."""
    if labels is None:
        return []
    if not isinstance(labels, dict):
        return [Cause(path, "Invalid", "must be a map of strings", labels)]
    causes = []
    for key, value in labels.items():
        prefix, _, name = key.rpartition("/")
        if not QUALIFIED.fullmatch(name) or len(name) > 63 or (prefix and not SUBDOMAIN.fullmatch(prefix)):
            causes.append(
                Cause(path, "Invalid", "name part must consist of alphanumeric characters, '-', '_' or '.'", key)
            )
        if not isinstance(value, str) or len(value) > 63 or (value and not QUALIFIED.fullmatch(value)):
            causes.append(Cause(path, "Invalid", LABEL_VALUE_WORDS, value))
    return causes


def non_negative(value: Any, path: str, most: int = 2**31 - 1) -> list[Cause]:
    """A whole number from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool):
        return [Cause(path, "Invalid", "must be an integer", value)]
    if value < 0:
        return [Cause(path, "Invalid", "must be greater than or equal to 0", value)]
    if value > most:
        return [Cause(path, "Invalid", f"must be less than or equal to {most}", value)]
    return []
