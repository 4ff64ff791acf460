"""The versions of a kind as an apply sees them: how objects merge in each, and objects of one version in another.

Upstream: apimachinery `util/managedfields/internal/{typeconverter,versionconverter}.go`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.conversion import FORMS, Form, form_of
from cluster_core.api.custom_shape import custom_shape
from cluster_core.api.field_set import MEMBER, FieldSet, field_element
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.merge_shape import Shape, shape_of
from cluster_core.api.request import Obj

STATUS: FieldSet = {"f:status": MEMBER}
# Subresources whose writes own the status and nothing else.
OF_STATUS = ("status", "approval")


@dataclass(frozen=True, slots=True)
class Versions:
    """The typing of one kind."""

    kind: Kind

    def shape(self, api_version: str) -> Shape | None:
        """How objects of a version merge; None for a version that is not served."""
        form = self._form(api_version)
        if form is None:
            return None
        schema = self.kind.published_schema(form.version)
        return custom_shape(schema) if schema is not None else shape_of(form.struct)

    def convert(self, obj: Obj, api_version: str) -> Obj:
        """An object in a served version. Custom kinds differ in the name of the version alone: webhooks are never called."""
        spoken = str(obj.get("apiVersion") or api_version)
        if spoken == api_version:
            return obj
        if self.kind.published_schema(api_version.rpartition("/")[2]) is not None:
            return {**obj, "apiVersion": api_version}
        source, target = self._form(spoken), self._form(api_version)
        if source is None or target is None:
            return obj
        converted: Obj = target.shown(source.taken(obj))
        return converted

    def _form(self, api_version: str) -> Form | None:
        group, _, version = api_version.rpartition("/")
        if group == self.kind.group:
            return form_of(self.kind, version)
        # Events are served by two groups.
        other = FORMS.get((f"{self.kind.plural}.{group}", version))
        return other if other is not None and other.kind.resource == self.kind.resource else None


def ignored_fields(kind: Kind, subresource: str, *objects: Obj | None) -> FieldSet:
    """The fields that a write of a subresource cannot change: it owns none of them.

    Upstream: `GetResetFields` of each strategy.
    """
    if subresource in OF_STATUS:
        return {field_element(name): MEMBER for obj in objects for name in obj or () if name != "status"}
    return STATUS if kind.has_status else {}
