"""RuntimeClass: overhead and placement that the class of a pod asks for. Upstream: `plugin/pkg/admission/runtimeclass/admission.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, Attributes, Plugin

CLASSES = "runtimeclasses.node.k8s.io"


class RuntimeClass(Plugin):
    """For pods that name one."""

    name = "RuntimeClass"
    points = ((CREATE, "pods", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The pod with the class's overhead, node selector and tolerations."""
        pod, found = attributes.obj, self._class(attributes)
        if found is None:
            return pod
        spec = dict(pod["spec"])
        overhead = (found.get("overhead") or {}).get("podFixed")
        if overhead:
            if spec.get("overhead") not in (None, overhead):
                words = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
                raise attributes.refused(words, attributes.given_name())
            spec["overhead"] = overhead
        return {**pod, "spec": self._placed(attributes, spec, found.get("scheduling") or {})}

    def validate(self, attributes: Attributes) -> None:
        """Overhead comes from a class alone."""
        spec = attributes.obj["spec"]
        if not spec.get("runtimeClassName") and spec.get("overhead"):
            raise attributes.refused(
                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
            )

    @staticmethod
    def _class(attributes: Attributes) -> Obj | None:
        name = attributes.obj["spec"].get("runtimeClassName")
        if not name:
            return None
        found = attributes.cache.get(CLASSES, "", name)
        if found is None:
            raise attributes.refused(f'pod rejected: RuntimeClass "{name}" not found', attributes.given_name())
        return found

    @staticmethod
    def _placed(attributes: Attributes, spec: Obj, scheduling: Obj) -> Obj:
        selector, wanted = spec.get("nodeSelector") or {}, scheduling.get("nodeSelector") or {}
        for key, value in wanted.items():
            if selector.get(key, value) != value:
                words = f"pod rejected: conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                words += f"pod.spec.nodeSelector[{key}] = {selector[key]}"
                raise attributes.refused(words, attributes.given_name())
        if wanted:
            spec["nodeSelector"] = {**selector, **wanted}
        there = spec.get("tolerations") or []
        added = [one for one in scheduling.get("tolerations") or () if one not in there]
        if added:
            spec["tolerations"] = [*there, *added]
        return spec
