"""networking.k8s.io: Ingress, its class, network policies, the addresses of Services. Upstream: `pkg/apis/networking`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import IMMUTABLE, immutable, must_be_named, named, too_long
from cluster_core.api.kinds.ingress_validation import validate_ingress, validate_load_balancer
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.network_policy_validation import validate_network_policy
from cluster_core.api.qualified_names import domain_prefixed_path
from cluster_core.api.request import Obj

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
CONTROLLER_MAX = 250
ONE_PER_FAMILY = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"


class Ingress(Kind):
    """Rules by which HTTP comes in."""

    group, kind, plural, short_names = "networking.k8s.io", "Ingress", "ingresses", ("ing",)
    initial_status = {"loadBalancer": {}}

    def defaults(self, obj: Obj) -> Obj:
        """It has a spec."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """Rules, backends, hosts with certificates."""
        return validate_ingress(obj["spec"], "spec")

    def validate_create(self, obj: Obj) -> list[Cause]:
        """The annotation of old and the field say the same."""
        told, field = (
            (obj["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION),
            obj["spec"].get("ingressClassName"),
        )
        if told is None or field is None or told == field:
            return []
        words = "must match `ingressClassName` when both are specified"
        return [Cause(f"annotations.{CLASS_ANNOTATION}", "Invalid", words, told)]

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Addresses and names of load balancers."""
        return validate_load_balancer((new.get("status") or {}).get("loadBalancer") or {}, "status.loadBalancer")


class IngressClass(Kind):
    """Which controller an Ingress is for."""

    group, kind, plural = "networking.k8s.io", "IngressClass", "ingressclasses"
    namespaced = False
    has_status = False

    def defaults(self, obj: Obj) -> Obj:
        """Parameters of the cluster."""
        spec = dict(obj.get("spec") or {})
        if spec.get("parameters") is not None:
            spec["parameters"] = {"scope": "Cluster", **spec["parameters"]}
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Controller and parameters."""
        spec, controller = obj["spec"], obj["spec"].get("controller") or ""
        causes = [too_long("spec.controller", CONTROLLER_MAX)] if len(controller) > CONTROLLER_MAX else []
        causes += domain_prefixed_path(controller, "spec.controller")
        parameters = spec.get("parameters")
        return causes if parameters is None else causes + _validate_parameters(parameters, "spec.parameters")

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """Another controller is another class."""
        return immutable(new["spec"].get("controller"), old["spec"].get("controller"), "spec.controller")


class NetworkPolicy(Kind):
    """Who may talk to pods."""

    group, kind, plural, short_names = "networking.k8s.io", "NetworkPolicy", "networkpolicies", ("netpol",)
    has_status = False

    def defaults(self, obj: Obj) -> Obj:
        """TCP; what a policy is about follows from its rules."""
        spec = {
            "podSelector": {},
            **{name: value for name, value in (obj.get("spec") or {}).items() if value is not None},
        }
        for direction in ("ingress", "egress"):
            if spec.get(direction):
                spec[direction] = [_with_protocols(rule) for rule in spec[direction]]
        if not spec.get("policyTypes"):
            spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """Selectors, ports, peers."""
        return validate_network_policy(obj["spec"], "spec")


class IPAddress(Kind):
    """An address that a Service has."""

    group, kind, plural, short_names = "networking.k8s.io", "IPAddress", "ipaddresses", ("ip",)
    namespaced = False
    has_status = False
    has_spec = False

    def name_rule(self, name: str) -> tuple[str, ...]:
        """An address as it is usually written."""
        return tuple(cause.detail for cause in addresses.canonical_ip(name, ""))

    def validate(self, obj: Obj) -> list[Cause]:
        """Whose it is."""
        parent, path = (obj.get("spec") or {}).get("parentRef"), "spec.parentRef"
        if parent is None:
            return [Cause(path, "Required")]
        causes = named(parent["group"], names.subdomain, f"{path}.group") if parent.get("group") else []
        for field in ("resource", "name"):
            causes += must_be_named(parent, field, names.path_segment, path)
        where = parent.get("namespace")
        return causes + (named(where, names.path_segment, f"{path}.namespace") if where else [])

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """It stays with its owner."""
        now, was = ((obj.get("spec") or {}).get("parentRef") for obj in (new, old))
        return immutable(now, was, "spec.parentRef")


class ServiceCIDR(Kind):
    """A range of Service addresses."""

    group, kind, plural = "networking.k8s.io", "ServiceCIDR", "servicecidrs"
    namespaced = False
    has_spec = False
    initial_status = {}

    def validate(self, obj: Obj) -> list[Cause]:
        """One range, or one of each family."""
        spec = obj.get("spec") or {}
        ranges, path = spec.get("cidrs") or [], "spec.cidrs"
        if not ranges:
            return [Cause(path, "Required", "at least one CIDR required")]
        if len(ranges) > 2:
            return [Cause(path, "Invalid", "may only hold up to 2 values", spec)]
        causes = [
            cause for index, text in enumerate(ranges) for cause in addresses.canonical_cidr(text, f"{path}[{index}]")
        ]
        families = [found.version for text in ranges if (found := addresses.parse_cidr(text)) is not None]
        if len(ranges) == 2 and families in ([4, 4], [6, 6]):
            causes.append(Cause(path, "Invalid", ONE_PER_FAMILY, ranges))
        return causes

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A second family may come."""
        now, was = ((obj.get("spec") or {}).get("cidrs") or [] for obj in (new, old))
        if len(now) != len(was) and (len(was), len(now)) != (1, 2):
            return [Cause("spec.cidrs", "Invalid", IMMUTABLE, now)]
        return [
            Cause(f"spec.cidrs[{index}]", "Invalid", IMMUTABLE, now[index])
            for index, text in enumerate(was)
            if now[index] != text
        ]


def _with_protocols(rule: Obj) -> Obj:
    ports: Any = rule.get("ports")
    return {**rule, "ports": [{"protocol": "TCP", **port} for port in ports]} if ports else rule


def _validate_parameters(parameters: Obj, path: str) -> list[Cause]:
    group, scope, where = (parameters.get(field) for field in ("apiGroup", "scope", "namespace"))
    causes = [] if group is None else named(group, names.subdomain, f"{path}.apiGroup")
    for field in ("kind", "name"):
        causes += must_be_named(parameters, field, names.path_segment, path)
    if scope not in ("Cluster", "Namespace"):
        causes.append(Cause(f"{path}.scope", "NotSupported", supported("Cluster", "Namespace"), scope))
    elif scope == "Cluster" and where is not None:
        causes.append(Cause(f"{path}.namespace", "Forbidden", "`parameters.scope` is set to 'Cluster'"))
    elif scope == "Namespace" and where is None:
        causes.append(Cause(f"{path}.namespace", "Required", "`parameters.scope` is set to 'Namespace'"))
    elif where is not None:
        causes += named(where, names.label, f"{path}.namespace")
    return causes
