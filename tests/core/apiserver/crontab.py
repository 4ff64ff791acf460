"""The CronTab of upstream's documentation, with what tests vary."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj

RESOURCE = "crontabs.stable.example.com"
CRDS = "customresourcedefinitions.apiextensions.k8s.io"
CRON = r"^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$"


def spec_schema(**more: Any) -> Obj:
    """The schema of the spec."""
    properties = {
        "cronSpec": {"type": "string", "pattern": CRON, "default": "5 0 * * *"},
        "image": {"type": "string"},
        "replicas": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1},
    }
    return {"type": "object", "properties": {**properties, **more}}


def version(name: str = "v1", spec: Obj | None = None, root: Obj | None = None, **more: Any) -> Obj:
    """One version of the definition."""
    status = {"type": "object", "properties": {"replicas": {"type": "integer"}, "labelSelector": {"type": "string"}}}
    schema = {"type": "object", "properties": {"spec": spec or spec_schema(), "status": status}, **(root or {})}
    return {"name": name, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, **more}


def definition(*versions: Obj, **spec: Any) -> Obj:
    """The definition of crontabs."""
    names = {
        "plural": "crontabs",
        "singular": "crontab",
        "kind": "CronTab",
        "shortNames": ["ct"],
        "categories": ["all"],
    }
    given = {
        "group": "stable.example.com",
        "scope": "Namespaced",
        "names": names,
        "versions": list(versions) or [version()],
    }
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return {**head, "metadata": {"name": RESOURCE}, "spec": {**given, **spec}}


def crontab(name: str = "my-new-cron-object", api: str = "v1", **spec: Any) -> Obj:
    """An object."""
    given = {"cronSpec": "* * * * */5", "image": "my-awesome-cron-image", **spec}
    return {"apiVersion": f"stable.example.com/{api}", "kind": "CronTab", "metadata": {"name": name}, "spec": given}


SCALED = {
    "status": {},
    "scale": {
        "specReplicasPath": ".spec.replicas",
        "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.labelSelector",
    },
}
