"""Kinds with little behaviour of their own."""

from __future__ import annotations

import base64

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj


class Namespace(Kind):
    """A scope for names."""

    kind, plural, short_names, namespaced, has_spec = "Namespace", "namespaces", ("ns",), False, False

    def defaults(self, obj: Obj) -> Obj:
        """The label with its own name."""
        name = obj["metadata"].get("name", "")
        labels = {"kubernetes.io/metadata.name": name, **(obj["metadata"].get("labels") or {})}
        return {**obj, "metadata": {**obj["metadata"], "labels": labels}}

    def prepare_create(self, obj: Obj) -> Obj:
        """Active, with the finalizer of the namespace controller."""
        return {**obj, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


class Node(Kind):
    """A machine."""

    kind, plural, short_names, namespaced, has_spec = "Node", "nodes", ("no",), False, False

    def defaults(self, obj: Obj) -> Obj:
        """A node has a spec, empty if need be."""
        return {**obj, "spec": obj.get("spec") or {}}

    def prepare_create(self, obj: Obj) -> Obj:
        """A kubelet registers its node with status."""
        return obj

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """spec.unschedulable too."""
        return {
            **super().selectable_fields(obj),
            "spec.unschedulable": str(bool(obj["spec"].get("unschedulable"))).lower(),
        }


class ConfigMap(Kind):
    """Configuration as keys and texts."""

    kind, plural, short_names, has_status, has_spec = "ConfigMap", "configmaps", ("cm",), False, False

    def validate(self, obj: Obj) -> list[Cause]:
        """Values are texts."""
        data = obj.get("data") or {}
        if not isinstance(data, dict):
            return [Cause("data", "Invalid", "must be a map of strings", data)]
        return [
            Cause(f"data[{key}]", "Invalid", "must be a string", value)
            for key, value in data.items()
            if not isinstance(value, str)
        ]


class Secret(Kind):
    """Configuration that is not shown."""

    kind, plural, has_status, has_spec = "Secret", "secrets", False, False

    def defaults(self, obj: Obj) -> Obj:
        """Opaque; stringData becomes data."""
        plain = obj.get("stringData")
        if isinstance(plain, dict):
            encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()}
            obj = {name: value for name, value in obj.items() if name != "stringData"}
            obj["data"] = {**(obj.get("data") or {}), **encoded}
        return {"type": "Opaque", **obj}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """type too."""
        return {**super().selectable_fields(obj), "type": obj.get("type", "")}


class ServiceAccount(Kind):
    """An identity for pods."""

    kind, plural, short_names, has_status, has_spec = "ServiceAccount", "serviceaccounts", ("sa",), False, False


class PersistentVolumeClaim(Kind):
    """A request for storage. Stored; the storage controllers come later."""

    kind, plural, short_names = "PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",)

    def prepare_create(self, obj: Obj) -> Obj:
        """Claims begin Pending."""
        return {**super().prepare_create(obj), "status": {"phase": "Pending"}}


class PersistentVolume(Kind):
    """A piece of storage. Stored; the storage controllers come later."""

    kind, plural, short_names, namespaced = "PersistentVolume", "persistentvolumes", ("pv",), False

    def prepare_create(self, obj: Obj) -> Obj:
        """Volumes begin Pending."""
        return {**super().prepare_create(obj), "status": {"phase": "Pending"}}


class Event(Kind):
    """What `kubectl get events` shows."""

    kind, plural, short_names, has_status, has_spec = "Event", "events", ("ev",), False, False

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """What the event is about."""
        involved = {f"involvedObject.{name}": str(value) for name, value in obj.get("involvedObject", {}).items()}
        return {
            **super().selectable_fields(obj),
            **involved,
            "reason": obj.get("reason", ""),
            "type": obj.get("type", ""),
            "source": obj.get("source", {}).get("component", ""),
            "reportingComponent": obj.get("reportingComponent", ""),
        }


class Lease(Kind):
    """A lock or a heartbeat."""

    group, kind, plural, has_status, has_spec = "coordination.k8s.io", "Lease", "leases", False, False
