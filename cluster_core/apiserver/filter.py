"""What the selectors of a list or a watch ask for. Upstream: apiserver `storage/selection_predicate.go`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector, parse_label_selector
from cluster_core.api.selector_syntax import parse_fields, unknown_field

INDEXED, NAME = "spec.nodeName", "metadata.name"


@dataclass(slots=True)
class Filter:
    """What a list or a watch asks for."""

    kind: Kind
    namespace: str = ""
    labels: Selector = field(default_factory=Selector)
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, kind: Kind, namespace: str, options: dict[str, Any]) -> Filter:
        """From the options of a request; raises 400 for a selector that cannot be read or a field that is not selectable."""
        labels = parse_label_selector(options.get("label_selector") or "")
        fields = parse_fields(options.get("field_selector") or "")
        for name, _operator, _value in fields:
            if name not in (NAME, "metadata.namespace", *kind.field_labels):
                raise unknown_field(name, kind.field_labels)
        return cls(kind, namespace, labels, fields)

    @property
    def resource(self) -> str:
        """ "pods", "deployments.apps"."""
        return self.kind.resource

    @property
    def indexed(self) -> str:
        """The node name that the filter is about, or ""."""
        return next((value for name, operator, value in self.fields if name == INDEXED and operator == "="), "")

    @property
    def empty(self) -> bool:
        """Whether every object of the namespace passes."""
        return not self.fields and not self.labels.requirements

    def keys(self, found: Mapping[str, Obj]) -> list[str]:
        """The keys, in order, of the objects among which are all that pass: no more than one if a name is asked for."""
        name = next((value for label, sign, value in self.fields if label == NAME and sign == "="), None)
        if name is None:
            prefix = f"{self.namespace}/" if self.namespace else ""
            return sorted(key for key in found if key.startswith(prefix)) if prefix else sorted(found)
        if self.namespace:
            key = f"{self.namespace}/{name}"
            return [key] if key in found else []
        return sorted(key for key in found if key.rpartition("/")[2] == name)

    def matches(self, obj: Obj) -> bool:
        """Whether an object passes."""
        meta = obj["metadata"]
        if self.namespace and meta.get("namespace") != self.namespace:
            return False
        if self.labels.requirements and not self.labels.matches(meta.get("labels") or {}):
            return False
        if not self.fields:
            return True
        if self.resource == "pods":
            # Most that ask for pods by field ask for those of a node.
            name, operator, value = self.fields[0]
            if name == INDEXED and (node_of(obj) == value) != (operator == "="):
                return False
            if name == INDEXED and len(self.fields) == 1:
                return True
        values = self.kind.selectable_fields(obj)
        return all((values.get(name, "") == value) == (operator == "=") for name, operator, value in self.fields)


def node_of(pod: Obj) -> str:
    """The node that a pod is bound to, or ""."""
    return str(pod["spec"].get("nodeName", ""))
