"""Priority: the number of a pod's priority class. Upstream: `plugin/pkg/admission/priority/admission.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.watch_cache import WatchCache

CLASSES = "priorityclasses.scheduling.k8s.io"
PREEMPT = "PreemptLowerPriority"


class Priority(Plugin):
    """Resolves the class of a new pod; keeps the classes down to one default."""

    name = "Priority"
    points = ((CREATE, "pods", ""), (CREATE, CLASSES, ""), (UPDATE, CLASSES, ""))

    def admit(self, attributes: Attributes) -> Obj:
        """A pod gets priority and preemptionPolicy of its class, of the default class if it names none, or 0."""
        pod = attributes.obj
        if attributes.kind.kind != "Pod":
            return pod
        spec = pod["spec"]
        name = spec.get("priorityClassName", "")
        found = attributes.cache.get(CLASSES, "", name) if name else _default(attributes.cache)
        if name and found is None:
            raise attributes.refused(f"no PriorityClass with name {name} was found", attributes.given_name())
        value, policy = (found["value"], found.get("preemptionPolicy", PREEMPT)) if found else (0, PREEMPT)
        self._check(attributes, spec, value, policy)
        named = {"priorityClassName": found["metadata"]["name"]} if found else {}
        return {**pod, "spec": {**spec, **named, "priority": value, "preemptionPolicy": policy}}

    def validate(self, attributes: Attributes) -> None:
        """There is one default class at most."""
        wanted = attributes.obj
        if attributes.kind.kind != "PriorityClass" or not wanted.get("globalDefault"):
            return
        known = _default(attributes.cache)
        if known is not None and known["metadata"]["name"] != wanted["metadata"]["name"]:
            name = known["metadata"]["name"]
            raise attributes.refused(
                f"PriorityClass {name} is already marked as default. Only one default can exist",
                name=wanted["metadata"]["name"],
            )

    @staticmethod
    def _check(attributes: Attributes, spec: Obj, value: int, policy: str) -> None:
        end = "must not be provided in pod spec; priority admission controller computed"
        if spec.get("priority") not in (None, value):
            why = f"the integer value of priority ({spec['priority']}) {end} {value} from the given PriorityClass name"
            raise attributes.refused(why, attributes.given_name())
        if spec.get("preemptionPolicy") not in (None, policy):
            why = f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) {end} {policy} from the given PriorityClass name"
            raise attributes.refused(why, attributes.given_name())


def _default(cache: WatchCache) -> Obj | None:
    """The default class; the lowest one, should there be several."""
    found = [one for one in cache.of(CLASSES).values() if one.get("globalDefault")]
    return min(found, key=lambda one: (one["value"], one["metadata"]["name"]), default=None)
