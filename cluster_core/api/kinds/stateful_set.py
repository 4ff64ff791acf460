"""StatefulSet: pods with a name, an order and storage of their own. Upstream: `pkg/apis/apps`, `pkg/registry/apps/statefulset`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import choice, int_or_percent, not_over_100_percent, same, share
from cluster_core.api.kinds.kind import Kind, named, non_negative
from cluster_core.api.kinds.replica_status import validate_collisions, validate_replica_status
from cluster_core.api.kinds.template import (
    is_valid_selector,
    selector_mismatch,
    validate_endless,
    validate_selector,
    validate_template_metadata,
    with_template,
)
from cluster_core.api.request import Obj

EMPTY = "empty selector is invalid for statefulset"
POLICIES = ("OrderedReady", "Parallel")
RETENTION = ("Retain", "Delete")
COUNTS = (
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
)
FREE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
UPDATE_WORDS = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


class StatefulSet(Kind):
    """Pods that are not alike.

    Upstream does not validate the pod spec of its template: what is wrong with it is seen when the first pod is made.
    """

    group, kind, plural, short_names = "apps", "StatefulSet", "statefulsets", ("sts",)
    categories = ("all",)
    initial_status = {"replicas": 0, "availableReplicas": 0}

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A label: it is the first part of its pods' host names."""
        return names.label(name)

    def defaults(self, obj: Obj) -> Obj:
        """One replica, in order, rolling updates, claims that stay, 10 old revisions."""
        given = with_template(obj.get("spec"))
        strategy = given.get("updateStrategy") or {}
        strategy = {**strategy, "type": strategy.get("type") or "RollingUpdate"}
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = {"partition": 0, **(strategy.get("rollingUpdate") or {})}
        kept = given.get("persistentVolumeClaimRetentionPolicy") or {}
        spec = {
            "replicas": 1,
            "revisionHistoryLimit": 10,
            **given,
            "podManagementPolicy": given.get("podManagementPolicy") or "OrderedReady",
            "updateStrategy": strategy,
            "persistentVolumeClaimRetentionPolicy": {
                field: kept.get(field) or "Retain" for field in ("whenDeleted", "whenScaled")
            },
        }
        if spec.get("volumeClaimTemplates"):
            spec["volumeClaimTemplates"] = [_default_claim(claim) for claim in spec["volumeClaimTemplates"]]
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Policies, counts, selector and the labels of the template."""
        spec = obj["spec"]
        causes = _validate_policies(spec)
        for field in ("replicas", "minReadySeconds"):
            causes += non_negative(spec.get(field), f"spec.{field}")
        causes += non_negative((spec.get("ordinals") or {}).get("start"), "spec.ordinals.start")
        selector = spec.get("selector")
        causes += [Cause("spec.selector", "Required")] if selector is None else validate_selector(selector, EMPTY)
        if is_valid_selector(selector):
            causes += selector_mismatch(selector, spec, "spec")
            causes += validate_template_metadata(spec["template"], "spec.template")
        else:
            causes.append(Cause("spec.selector", "Invalid", "", selector))
        return causes + validate_endless(spec["template"], "spec.template", "StatefulSet")

    def validate_create(self, obj: Obj) -> list[Cause]:
        """The name of its Service."""
        service = obj["spec"].get("serviceName")
        return named(service, names.label, "spec.serviceName") if service else []

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Selector, Service, claims and pod management are fixed."""
        fixed = [{name: value for name, value in obj["spec"].items() if name not in FREE} for obj in (new, old)]
        return [] if same(fixed[0], fixed[1]) else [Cause("spec", "Forbidden", UPDATE_WORDS)]

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """No count below zero, none above the number of replicas; collisions only grow."""
        status = new.get("status") or {}
        causes = validate_replica_status(status, COUNTS, "status.readyReplicas")
        return causes + validate_collisions(status, old.get("status") or {})


def _default_claim(claim: Obj) -> Obj:
    """A claim of a template is a whole object, status and all."""
    spec = {"volumeMode": "Filesystem", **(claim.get("spec") or {})}
    status = {"phase": "Pending", **(claim.get("status") or {})}
    kind = {"apiVersion": claim.get("apiVersion") or "v1", "kind": claim.get("kind") or "PersistentVolumeClaim"}
    return {**kind, **claim, "spec": spec, "status": status}


def _validate_policies(spec: Obj) -> list[Cause]:
    management = spec["podManagementPolicy"]
    causes: list[Cause] = []
    if management not in POLICIES:
        words = "must be 'OrderedReady' or 'Parallel'"
        causes.append(Cause("spec.podManagementPolicy", "Invalid", words, management))
    causes += _validate_strategy(spec["updateStrategy"])
    for field, value in spec["persistentVolumeClaimRetentionPolicy"].items():
        causes += choice(value, RETENTION, f"spec.persistentVolumeClaimRetentionPolicy.{field}")
    return causes


def _validate_strategy(strategy: Obj) -> list[Cause]:
    path, rolling = "spec.updateStrategy.rollingUpdate", strategy.get("rollingUpdate")
    if strategy["type"] == "OnDelete":
        words = "only allowed for updateStrategy 'RollingUpdate'"
        return [] if rolling is None else [Cause(path, "Invalid", words, rolling)]
    if strategy["type"] != "RollingUpdate":
        words = "must be 'RollingUpdate' or 'OnDelete'"
        return [Cause("spec.updateStrategy", "Invalid", words, strategy)]
    causes = non_negative((rolling or {}).get("partition"), f"{path}.partition")
    unavailable = (rolling or {}).get("maxUnavailable")
    if unavailable is None:
        return causes
    causes += int_or_percent(unavailable, f"{path}.maxUnavailable")
    if share(unavailable) == 0:
        causes.append(Cause(f"{path}.maxUnavailable", "Invalid", "cannot be 0", unavailable))
    return causes + not_over_100_percent(unavailable, f"{path}.maxUnavailable")
