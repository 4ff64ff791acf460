"""Service: its defaults, and what an update keeps. Upstream: `pkg/registry/core/service`, `pkg/apis/core/v1/defaults.go`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.service_families import family_causes, fixed_address_causes, with_families
from cluster_core.api.kinds.service_type import (
    NODE_PORT_TYPES,
    is_externally_accessible,
    with_allocated,
    without_fields_of_other_types,
)
from cluster_core.api.kinds.service_validation import (
    validate_balancer_status,
    validate_service_spec,
    validate_service_update,
)
from cluster_core.api.request import Obj

AFFINITY_SECONDS = 10_800
# Fields that are not pointers in Go: empty is unset.
PLAIN = ("type", "sessionAffinity", "externalTrafficPolicy", "clusterIP", "externalName", "healthCheckNodePort")


class Service(Kind):
    """A stable address in front of pods."""

    kind, plural, short_names, categories = "Service", "services", ("svc",), ("all",)
    field_labels = ("spec.clusterIP", "spec.type")

    def name_rule(self, name: str) -> tuple[str, ...]:
        """A label: it is part of DNS names."""
        return names.dns_1035(name)

    def defaults(self, obj: Obj) -> Obj:
        """ClusterIP, no affinity, target port = port."""
        given = {
            name: value
            for name, value in (obj.get("spec") or {}).items()
            if value is not None and (value or name not in PLAIN)
        }
        spec = {"type": "ClusterIP", "sessionAffinity": "None", **given}
        if spec["type"] == "ClusterIP" or spec["type"] in NODE_PORT_TYPES:
            spec = {"internalTrafficPolicy": "Cluster", **spec}
        if is_externally_accessible(spec):
            spec = {"externalTrafficPolicy": "Cluster", **spec}
        if spec["type"] == "LoadBalancer":
            spec = {"allocateLoadBalancerNodePorts": True, **spec}
        if spec["sessionAffinity"] == "None":
            spec.pop("sessionAffinityConfig", None)
        elif spec["sessionAffinity"] == "ClientIP" and not _has_timeout(spec):
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}
        if spec.get("ports"):
            spec["ports"] = [_default_port(port) for port in spec["ports"]]
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """The addresses first, as they are allotted first; then everything else."""
        spec = obj["spec"]
        return family_causes(spec) or validate_service_spec(spec, obj["metadata"].get("annotations") or {})

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Addresses are fixed."""
        return fixed_address_causes(new["spec"], old["spec"]) + validate_service_update(new["spec"], old["spec"])

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Where load balancers answer."""
        return validate_balancer_status(new.get("status") or {}, new["spec"])

    def prepare_create(self, obj: Obj) -> Obj:
        """Services have no generation."""
        return {**obj, "spec": with_families(obj["spec"], None), "status": {"loadBalancer": {}}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """What was allocated stays unless it is given; what belonged to another type goes with it."""
        status = old.get("status", {})
        if new["spec"] is old["spec"] or new["spec"] == old["spec"]:
            return {**new, "status": status}
        spec = without_fields_of_other_types(new["spec"], old["spec"])
        spec = with_families(with_allocated(spec, old["spec"]), old["spec"])
        if spec["type"] != "LoadBalancer" and status.get("loadBalancer"):
            status = {**status, "loadBalancer": {}}
        return {**new, "spec": spec, "status": status}

    def prepare_status_update(self, new: Obj, old: Obj) -> Obj:
        """The addresses of a load balancer are virtual ones unless it says otherwise."""
        status = new.get("status") or {}
        places = (status.get("loadBalancer") or {}).get("ingress") or ()
        if old["spec"]["type"] == "LoadBalancer" and places:
            ingress = [{"ipMode": "VIP", **place} if place.get("ip") else place for place in places]
            status = {**status, "loadBalancer": {**status["loadBalancer"], "ingress": ingress}}
        return {**old, "status": status}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Address and type too."""
        spec = obj["spec"]
        found = {"spec.clusterIP": spec.get("clusterIP", ""), "spec.type": spec.get("type", "")}
        return {**super().selectable_fields(obj), **found}


def _has_timeout(spec: Obj) -> bool:
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    return config.get("timeoutSeconds") is not None


def _default_port(port: Obj) -> Obj:
    result = {"protocol": "TCP", **port}
    if not result["protocol"]:
        result["protocol"] = "TCP"
    if not result.get("targetPort") and "port" in result:
        result["targetPort"] = result["port"]
    return result
