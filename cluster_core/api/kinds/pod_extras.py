"""Fields of a PodSpec that few pods have: gates, DNS, aliases of hosts, overhead, the operating system.

Upstream: `ValidatePodSpec` of `pkg/apis/core/validation`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import choice, duplicates, named
from cluster_core.api.kinds.placement_validation import validate_pod_affinity, validate_spread
from cluster_core.api.kinds.resource_names import validate_amount, validate_container_resource_name
from cluster_core.api.kinds.security_validation import validate_pod_security
from cluster_core.api.kinds.windows_validation import validate_host_process, validate_system
from cluster_core.api.request import Obj

NAMESERVERS_MAX = 3
SEARCHES_MAX = 32
SEARCH_LENGTH_MAX = 2048
SYSTEMS = ("linux", "windows")


def validate_extras(spec: Obj, path: str) -> list[Cause]:
    """All of them; those that are not there cost nothing."""
    causes = (
        validate_pod_security(spec["securityContext"], f"{path}.securityContext") if spec.get("securityContext") else []
    )
    affinity = spec.get("affinity") or {}
    for field in ("podAffinity", "podAntiAffinity"):
        if affinity.get(field):
            causes += validate_pod_affinity(affinity[field], f"{path}.affinity.{field}")
    if spec.get("topologySpreadConstraints"):
        causes += validate_spread(spec["topologySpreadConstraints"], f"{path}.topologySpreadConstraints")
    for index, reference in enumerate(spec.get("imagePullSecrets") or ()):
        if not reference.get("name"):
            causes.append(Cause(f"{path}.imagePullSecrets[{index}].name", "Required"))
    for field, rule in (
        ("subdomain", names.label),
        ("runtimeClassName", names.subdomain),
        ("priorityClassName", names.subdomain),
    ):
        if spec.get(field):
            causes += named(spec[field], rule, f"{path}.{field}")
    if spec.get("dnsConfig") is not None or spec.get("dnsPolicy") == "None":
        causes += _validate_dns(spec.get("dnsConfig"), spec.get("dnsPolicy"), f"{path}.dnsConfig")
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        causes += addresses.ip(alias.get("ip") or "", f"{path}.hostAliases[{index}].ip")
        for place, host in enumerate(alias.get("hostnames") or ()):
            causes += named(host, names.subdomain, f"{path}.hostAliases[{index}].hostnames[{place}]")
    return causes + _validate_gates(spec, path) + _validate_machine(spec, path)


def _validate_gates(spec: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    gates = spec.get("schedulingGates") or ()
    for index, gate in enumerate(gates):
        causes += named(gate.get("name") or "", names.qualified, f"{path}.schedulingGates[{index}]")
    causes += duplicates([gate.get("name") for gate in gates], f"{path}.schedulingGates")
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        here = f"{path}.readinessGates[{index}].conditionType"
        causes += named(gate.get("conditionType") or "", names.qualified, here)
    return causes


def _validate_machine(spec: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if spec.get("hostUsers") is False:
        words = "when `pod.Spec.HostUsers` is false"
        shown = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
        causes += [Cause(f"{path}.{name}", "Forbidden", words) for field, name in shown if spec.get(field)]
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        words = "ShareProcessNamespace and HostPID cannot both be enabled"
        causes.append(Cause(f"{path}.securityContext.shareProcessNamespace", "Invalid", words, True))
    causes += choice(spec.get("preemptionPolicy"), ("Never", "PreemptLowerPriority"), f"{path}.preemptionPolicy")
    system = spec.get("os")
    if system is not None:
        name = system.get("name") or ""
        wrong = (
            Cause(f"{path}.os", "NotSupported", supported(*SYSTEMS), name)
            if name
            else Cause(f"{path}.os.name", "Required", "cannot be empty")
        )
        causes += validate_system(spec, path) if name in SYSTEMS else [wrong]
    if "windowsOptions" in (spec.get("securityContext") or {}) or any(
        "windowsOptions" in (container.get("securityContext") or ()) for container in spec.get("containers") or ()
    ):
        causes += validate_host_process(spec, path)
    for name, amount in (spec.get("overhead") or {}).items():
        here = f"{path}.overhead[{name}]"
        causes += validate_container_resource_name(name, here) + validate_amount(name, amount, here)
    return causes


def _validate_dns(config: Any, policy: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if config is None:
        return [Cause(path, "Required", f"must provide `dnsConfig` when `dnsPolicy` is {policy}")]
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    if policy == "None" and not servers:
        words = f"must provide at least one DNS nameserver when `dnsPolicy` is {policy}"
        causes.append(Cause(f"{path}.nameservers", "Required", words))
    if len(servers) > NAMESERVERS_MAX:
        words = f"must not have more than {NAMESERVERS_MAX} nameservers"
        causes.append(Cause(f"{path}.nameservers", "Invalid", words, servers))
    for index, server in enumerate(servers):
        causes += addresses.ip(server, f"{path}.nameservers[{index}]")
    if len(searches) > SEARCHES_MAX:
        words = f"must not have more than {SEARCHES_MAX} search paths"
        causes.append(Cause(f"{path}.searches", "Invalid", words, searches))
    if len(" ".join(searches)) > SEARCH_LENGTH_MAX:
        words = f"must not have more than {SEARCH_LENGTH_MAX} characters (including spaces) in the search list"
        causes.append(Cause(f"{path}.searches", "Invalid", words, searches))
    for index, search in enumerate(searches):
        if search != ".":
            causes += named(search.removesuffix("."), names.underscored_subdomain, f"{path}.searches[{index}]")
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            causes.append(Cause(f"{path}.options[{index}]", "Required", "must not be empty"))
    return causes
