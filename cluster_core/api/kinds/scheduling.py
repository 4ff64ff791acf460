"""PriorityClass: which pods come first. Upstream: `pkg/apis/scheduling`."""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import must_choose
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj

USER_MAX = 1_000_000_000
SYSTEM = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
POLICIES = ("PreemptLowerPriority", "Never")


class PriorityClass(Kind):
    """A named priority."""

    group, kind, plural, short_names = "scheduling.k8s.io", "PriorityClass", "priorityclasses", ("pc",)
    namespaced = False
    has_status = False
    has_spec = False

    def defaults(self, obj: Obj) -> Obj:
        """It preempts; a class without a value has 0."""
        return {"value": 0, **obj, "preemptionPolicy": obj.get("preemptionPolicy") or "PreemptLowerPriority"}

    def validate(self, obj: Obj) -> list[Cause]:
        """The names with `system-` are Kubernetes' own, and so are values from a billion on."""
        name, value = str(obj["metadata"].get("name", "")), obj["value"]
        causes: list[Cause] = []
        if name.startswith("system-") and not _is_known(obj):
            words = "priority class names with 'system-' prefix are reserved for system use only. error: "
            causes.append(Cause("metadata.name", "Forbidden", words + _unlike(obj)))
        if not name.startswith("system-") and value > USER_MAX:
            words = f"maximum allowed value of a user defined priority is {USER_MAX}"
            causes.append(Cause("value", "Forbidden", words))
        return causes + must_choose(obj["preemptionPolicy"], POLICIES, "preemptionPolicy")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The value and the policy are fixed."""
        causes: list[Cause] = []
        if new["value"] != old["value"]:
            causes.append(Cause("value", "Forbidden", "may not be changed in an update."))
        if new["preemptionPolicy"] != old["preemptionPolicy"]:
            causes.append(Cause("preemptionPolicy", "Invalid", "field is immutable", new["preemptionPolicy"]))
        return causes

    def prepare_create(self, obj: Obj) -> Obj:
        """Its generation is 1, for ever."""
        return {**obj, "metadata": {**obj["metadata"], "generation": 1}}


def _is_known(obj: Obj) -> bool:
    name = obj["metadata"]["name"]
    return name in SYSTEM and obj["value"] == SYSTEM[name] and not obj.get("globalDefault")


def _unlike(obj: Obj) -> str:
    name = obj["metadata"]["name"]
    if name not in SYSTEM:
        return f"{name} is not a known system priority class"
    field = "value" if obj["value"] != SYSTEM[name] else "globalDefault"
    return f"{field} of {name} PriorityClass must be {SYSTEM[name] if field == 'value' else 'false'}"
