"""Kinds with little behaviour of their own."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import Kind, named
from cluster_core.api.request import Obj

OLDEST = "OldestEmulationVersion"


class Namespace(Kind):
    """A scope for names."""

    kind, plural, short_names, namespaced, has_spec = "Namespace", "namespaces", ("ns",), False, False
    verbs = ("create", "delete", "get", "list", "patch", "update", "watch")
    field_labels = ("status.phase",)

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A label: it is part of DNS names."""
        return names.label(name)

    def defaults(self, obj: Obj) -> Obj:
        """The label with its own name."""
        name = obj["metadata"].get("name", "")
        labels = {**(obj["metadata"].get("labels") or {}), "kubernetes.io/metadata.name": name}
        return {**obj, "metadata": {**obj["metadata"], "labels": labels}}

    def prepare_create(self, obj: Obj) -> Obj:
        """Active, with the finalizer of the namespace controller."""
        return {**obj, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """The finalizers change by the subresource finalize only."""
        return {**super().prepare_update(new, old), "spec": old["spec"]}

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The phase says whether it is being deleted."""
        ending = "deletionTimestamp" in old["metadata"]
        phase, wanted = (new.get("status") or {}).get("phase", ""), "Terminating" if ending else "Active"
        if phase == wanted:
            return []
        words = f"may only be '{wanted}' if `deletionTimestamp` is {'not ' if ending else ''}empty"
        return [Cause("status.Phase", "Invalid", words, phase)]

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.phase too."""
        return {**super().selectable_fields(obj), "status.phase": obj.get("status", {}).get("phase", "")}


class ServiceAccount(Kind):
    """An identity for pods."""

    kind, plural, short_names, has_status, has_spec = "ServiceAccount", "serviceaccounts", ("sa",), False, False

    def prepare_create(self, obj: Obj) -> Obj:
        """Of its Secrets only the names count."""
        secrets = obj.get("secrets")
        if not secrets or all(one.keys() <= {"name"} for one in secrets):
            return obj
        kept = [{name: value for name, value in one.items() if name == "name"} for one in secrets]
        return {**obj, "secrets": kept}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """The same."""
        return self.prepare_create(super().prepare_update(new, old))


class Lease(Kind):
    """A lock or a heartbeat."""

    group, kind, plural, has_status, has_spec = "coordination.k8s.io", "Lease", "leases", False, False

    def defaults(self, obj: Obj) -> Obj:
        """A lease has a spec, empty if need be."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Its numbers are above zero."""
        spec = obj["spec"]
        causes: list[Cause] = []
        if spec.get("leaseDurationSeconds", 1) <= 0:
            words = "must be greater than 0"
            causes.append(Cause("spec.leaseDurationSeconds", "Invalid", words, spec["leaseDurationSeconds"]))
        if spec.get("leaseTransitions", 0) < 0:
            words = "must be greater than or equal to 0"
            causes.append(Cause("spec.leaseTransitions", "Invalid", words, spec["leaseTransitions"]))
        if "strategy" in spec or "preferredHolder" in spec:
            causes += _validate_strategy(spec)
        return causes


def _validate_strategy(spec: Obj) -> list[Cause]:
    """How the holders of a lease are chosen: one of our own, or somebody's qualified name."""
    strategy, path, causes = spec.get("strategy"), "spec.strategy.strategy", list[Cause]()
    if strategy is not None and "/" in strategy:
        causes += named(strategy, names.qualified, path)
    elif strategy is not None and strategy != OLDEST:
        causes.append(Cause(path, "NotSupported", supported(OLDEST), strategy))
    if spec.get("preferredHolder") and not strategy:
        words = "may only be specified if `strategy` is defined"
        causes.append(Cause("spec.preferredHolder", "Forbidden", words))
    return causes
