"""Forms: the versions that objects of a kind are served in beside the one that they are stored in.

Objects are converted at the API server's door: what a client sends becomes the stored form before anything looks at it, what it
gets is converted last. A kind whose versions differ in their name alone needs no entry here. Upstream: `pkg/apis/*/v*/conversion.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster_core.api.event_conversion import to_core, to_events
from cluster_core.api.hpa_conversion import to_v1, to_v2
from cluster_core.api.kinds.autoscaling import HorizontalPodAutoscaler
from cluster_core.api.kinds.event import StrictEvent
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj


def _same(obj: Obj) -> Obj:
    return obj


@dataclass(frozen=True, slots=True)
class Form:
    """How clients see the objects of a kind: apiVersion, type in types.json, and the way there and back."""

    kind: Kind
    version: str
    api_version: str
    struct: str
    to_client: Callable[[Obj], Obj] = _same
    to_stored: Callable[[Obj], Obj] = _same

    @property
    def stored(self) -> bool:
        """Whether it is the form that objects are stored in."""
        return self.api_version == self.kind.api_version

    def shown(self, obj: Any) -> Any:
        """A stored object as a client of this form sees it; what is no object of the kind (a Status, a Scale) stays as it is."""
        if self.stored or obj.get("kind") != self.kind.kind or obj.get("apiVersion") != self.kind.api_version:
            return obj
        return {**self.to_client(obj), "apiVersion": self.api_version}

    def taken(self, obj: Any) -> Any:
        """An object of this form as it is stored."""
        return obj if self.stored else {**self.to_stored(obj), "apiVersion": self.kind.api_version}


# Forms that take more than another apiVersion, by the resource and the version that a client asks for.
FORMS: dict[tuple[str, str], Form] = {
    ("horizontalpodautoscalers.autoscaling", "v1"): Form(
        HorizontalPodAutoscaler(), "v1", "autoscaling/v1", "autoscaling.v1.HorizontalPodAutoscaler", to_v1, to_v2
    ),
    ("events.events.k8s.io", "v1"): Form(StrictEvent(), "v1", "events.k8s.io/v1", "events.Event", to_events, to_core),
}


def form_of(kind: Kind, version: str = "") -> Form | None:
    """The form of a kind in a version of its group ("" is the stored one); None if it is not served."""
    version = version or kind.version
    if version not in kind.served_versions:
        return None
    found = FORMS.get((kind.resource, version))
    if found is None:
        api_version = f"{kind.group}/{version}" if kind.group else version
        found = Form(kind, version, api_version, kind.struct)
    return found
