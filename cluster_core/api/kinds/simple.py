"""Kinds with little behaviour of their own."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import Kind, named
from cluster_core.api.request import Obj

EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")


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

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """status.phase too."""
        return {**super().selectable_fields(obj), "status.phase": obj.get("status", {}).get("phase", "")}


class Node(Kind):
    """A machine."""

    kind, plural, short_names, namespaced, has_spec = "Node", "nodes", ("no",), False, False
    field_labels = ("spec.unschedulable",)

    def defaults(self, obj: Obj) -> Obj:
        """A node has a spec, empty if need be."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Taints."""
        causes: list[Cause] = []
        seen: list[tuple[str, str]] = []
        for index, taint in enumerate(obj["spec"].get("taints") or ()):
            path, identity = f"spec.taints[{index}]", (taint.get("key", ""), taint.get("effect", ""))
            causes += named(identity[0], names.qualified, f"{path}.key")
            causes += named(taint.get("value", ""), names.label_value, f"{path}.value")
            if identity[1] not in EFFECTS:
                causes.append(Cause(f"{path}.effect", "NotSupported", supported(*EFFECTS), identity[1]))
            elif identity in seen:
                causes.append(Cause(path, "Duplicate", "taints must be unique by key and effect pair", taint))
            seen.append(identity)
        return causes

    def prepare_create(self, obj: Obj) -> Obj:
        """A kubelet registers its node with status."""
        return obj

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """spec.unschedulable too."""
        unschedulable = str(bool(obj["spec"].get("unschedulable"))).lower()
        return {**super().selectable_fields(obj), "spec.unschedulable": unschedulable}


class ServiceAccount(Kind):
    """An identity for pods."""

    kind, plural, short_names, has_status, has_spec = "ServiceAccount", "serviceaccounts", ("sa",), False, False


class Lease(Kind):
    """A lock or a heartbeat."""

    group, kind, plural, has_status, has_spec = "coordination.k8s.io", "Lease", "leases", False, False

    def defaults(self, obj: Obj) -> Obj:
        """A lease has a spec, empty if need be."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Its numbers are above zero."""
        spec = obj["spec"]
        causes = []
        if spec.get("leaseDurationSeconds", 1) <= 0:
            words = "must be greater than 0"
            causes.append(Cause("spec.leaseDurationSeconds", "Invalid", words, spec["leaseDurationSeconds"]))
        if spec.get("leaseTransitions", 0) < 0:
            words = "must be greater than or equal to 0"
            causes.append(Cause("spec.leaseTransitions", "Invalid", words, spec["leaseTransitions"]))
        return causes
