"""networking.k8s.io: Ingress, its class, network policies, the ranges of Service addresses."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class Ingress(Kind):
    """Rules by which HTTP comes in."""

    group, kind, plural, short_names = "networking.k8s.io", "Ingress", "ingresses", ("ing",)
    initial_status = {"loadBalancer": {}}


class IngressClass(Kind):
    """Which controller an Ingress is for."""

    group, kind, plural = "networking.k8s.io", "IngressClass", "ingressclasses"
    namespaced = False
    has_status = False


class NetworkPolicy(Kind):
    """Who may talk to pods."""

    group, kind, plural, short_names = "networking.k8s.io", "NetworkPolicy", "networkpolicies", ("netpol",)
    has_status = False


class IPAddress(Kind):
    """An address that a Service has."""

    group, kind, plural, short_names = "networking.k8s.io", "IPAddress", "ipaddresses", ("ip",)
    namespaced = False
    has_status = False


class ServiceCIDR(Kind):
    """A range of Service addresses."""

    group, kind, plural = "networking.k8s.io", "ServiceCIDR", "servicecidrs"
    namespaced = False
    initial_status = {}
