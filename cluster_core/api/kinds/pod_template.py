"""PodTemplate: a template of pods as an object of its own."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class PodTemplate(Kind):
    """A stored template."""

    kind, plural = "PodTemplate", "podtemplates"
    has_status = False
    has_spec = False
