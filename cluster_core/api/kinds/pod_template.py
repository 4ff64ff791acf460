"""PodTemplate: a template of pods as an object of its own. Upstream: `pkg/registry/core/podtemplate`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.template import default_template, validate_template
from cluster_core.api.request import Obj


class PodTemplate(Kind):
    """A stored template."""

    kind, plural = "PodTemplate", "podtemplates"
    has_status = False
    has_spec = False
    counted = "template"

    def defaults(self, obj: Obj) -> Obj:
        """Those of the template."""
        return {**obj, "template": default_template(obj.get("template"))}

    def validate(self, obj: Obj) -> list[Cause]:
        """The template."""
        return validate_template(obj["template"], "template")
