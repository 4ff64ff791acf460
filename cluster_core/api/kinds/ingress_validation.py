"""Validation of an Ingress: rules, paths, backends. Upstream: `pkg/apis/networking/validation/validation.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import must_be_named, named
from cluster_core.api.kinds.container_validation import PORT_WORDS
from cluster_core.api.request import Obj

PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
BAD_ENDS = ("/..", "/.")
NOT_AN_IP = "must be a DNS name, not an IP address"


def validate_ingress(spec: Obj, path: str) -> list[Cause]:
    """Everything that is wrong with a spec."""
    rules, backend = spec.get("rules") or [], spec.get("defaultBackend")
    causes: list[Cause] = []
    if not rules and backend is None:
        words = "either `defaultBackend` or `rules` must be specified"
        causes.append(Cause(path, "Invalid", words, spec.get("rules")))
    if backend is not None:
        causes += _validate_backend(backend, f"{path}.defaultBackend")
    for index, rule in enumerate(rules):
        causes += _validate_rule(rule, f"{path}.rules[{index}]")
    for index, tls in enumerate(spec.get("tls") or ()):
        here = f"{path}.tls[{index}]"
        for place, host in enumerate(tls.get("hosts") or ()):
            causes += _validate_host(host, f"{here}.hosts[{place}]")
        if tls.get("secretName"):
            causes += named(tls["secretName"], names.subdomain, f"{here}.secretName")
    if spec.get("ingressClassName") is not None:
        causes += named(spec["ingressClassName"], names.subdomain, f"{path}.ingressClassName")
    return causes


def validate_load_balancer(status: Obj, path: str) -> list[Cause]:
    """Where a load balancer is."""
    causes: list[Cause] = []
    for index, ingress in enumerate(status.get("ingress") or ()):
        here, host = f"{path}.ingress[{index}]", ingress.get("hostname")
        if ingress.get("ip"):
            causes += addresses.ip(ingress["ip"], f"{here}.ip")
        if host:
            causes += named(host, names.subdomain, f"{here}.hostname")
            if addresses.parse_ip(host) is not None:
                causes.append(Cause(f"{here}.hostname", "Invalid", NOT_AN_IP, host))
    return causes


def _validate_host(host: str, path: str) -> list[Cause]:
    return named(host, names.wildcard_subdomain if "*" in host else names.subdomain, path)


def _validate_rule(rule: Obj, path: str) -> list[Cause]:
    host, http = rule.get("host") or "", rule.get("http")
    causes: list[Cause] = []
    if host:
        if addresses.parse_ip(host) is not None:
            causes.append(Cause(f"{path}.host", "Invalid", NOT_AN_IP, host))
        causes += _validate_host(host, f"{path}.host")
    if http is None:
        return causes
    if not http.get("paths"):
        causes.append(Cause(f"{path}.http.paths", "Required"))
    for index, one in enumerate(http.get("paths") or ()):
        causes += _validate_path(one, f"{path}.http.paths[{index}]")
    return causes


def _validate_path(one: Obj, path: str) -> list[Cause]:
    kind, text, here = one.get("pathType"), one.get("path") or "", f"{path}.path"
    if kind is None:
        return [Cause(f"{path}.pathType", "Required", "pathType must be specified")]
    causes: list[Cause] = []
    strict = kind in ("Exact", "Prefix")
    if kind not in PATH_TYPES:
        causes.append(Cause(f"{path}.pathType", "NotSupported", supported(*PATH_TYPES), kind))
    elif (strict or text) and not text.startswith("/"):
        causes.append(Cause(here, "Invalid", "must be an absolute path", text))
    if strict:
        causes += [Cause(here, "Invalid", f"must not contain '{part}'", text) for part in BAD_PARTS if part in text]
        causes += [Cause(here, "Invalid", f"cannot end with '{end}'", text) for end in BAD_ENDS if text.endswith(end)]
    return causes + _validate_backend(one.get("backend") or {}, f"{path}.backend")


def _validate_backend(backend: Obj, path: str) -> list[Cause]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [Cause(path, "Invalid", "cannot set both resource and service backends", "")]
    if resource is not None:
        return _validate_resource(resource, f"{path}.resource")
    if service is None:
        return [Cause(path, "Invalid", "resource or service backend is required", "")]
    causes = must_be_named(service, "name", names.dns_1035, f"{path}.service")
    port: Any = service.get("port") or {}
    name, number = port.get("name"), port.get("number")
    if name and number:
        causes.append(Cause(path, "Invalid", "cannot set both port name & port number", ""))
    elif name:
        causes += named(name, names.port_name, f"{path}.service.port.name")
    elif not number:
        causes.append(Cause(path, "Required", "port name or number is required"))
    elif not 1 <= number <= 65535:
        causes.append(Cause(f"{path}.service.port.number", "Invalid", PORT_WORDS, number))
    return causes


def _validate_resource(reference: Obj, path: str) -> list[Cause]:
    group = reference.get("apiGroup")
    causes = [] if group is None else named(group, names.subdomain, f"{path}.apiGroup")
    for field in ("kind", "name"):
        causes += must_be_named(reference, field, names.path_segment, path)
    return causes
