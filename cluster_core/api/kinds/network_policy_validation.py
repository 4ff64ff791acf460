"""Validation of a NetworkPolicy: ports and peers. Upstream: `pkg/apis/networking/validation/validation.go`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import named
from cluster_core.api.kinds.container_validation import PORT_WORDS, validate_target_port
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

TYPES = ("Ingress", "Egress")
PROTOCOLS = ("TCP", "UDP", "SCTP")


def validate_network_policy(spec: Obj, path: str) -> list[Cause]:
    """Everything that is wrong with a defaulted spec."""
    causes = validate_label_selector(spec["podSelector"], f"{path}.podSelector")
    for direction, others in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            here = f"{path}.{direction}[{index}]"
            for place, port in enumerate(rule.get("ports") or ()):
                causes += _validate_port(port, f"{here}.ports[{place}]")
            for place, peer in enumerate(rule.get(others) or ()):
                causes += _validate_peer(peer, f"{here}.{others}[{place}]")
    types = spec["policyTypes"]
    if len(types) > len(TYPES):
        words = "may not specify more than two policyTypes"
        return [*causes, Cause(f"{path}.policyTypes", "Invalid", words, types)]
    return causes + [
        Cause(f"{path}.policyTypes[{index}]", "NotSupported", supported(*TYPES), kind)
        for index, kind in enumerate(types)
        if kind not in TYPES
    ]


def _validate_port(given: Obj, path: str) -> list[Cause]:
    port, end = given.get("port"), given.get("endPort")
    causes: list[Cause] = []
    if given.get("protocol") not in (None, *PROTOCOLS):
        causes.append(Cause(f"{path}.protocol", "NotSupported", supported(*PROTOCOLS), given["protocol"]))
    if port is None or isinstance(port, str):
        state = "not specified" if port is None else "non-numeric"
        if end is not None:
            words = f"may not be specified when `port` is {state}"
            causes.append(Cause(f"{path}.endPort", "Invalid", words, end))
        return causes if port is None else causes + named(port, names.port_name, f"{path}.port")
    causes += validate_target_port(port, f"{path}.port")
    if end is not None and end < port:
        causes.append(Cause(f"{path}.endPort", "Invalid", "must be greater than or equal to `port`", end))
    if end is not None and not 1 <= end <= 65535:
        causes.append(Cause(f"{path}.endPort", "Invalid", PORT_WORDS, end))
    return causes


def _validate_peer(peer: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    given = [field for field in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(field) is not None]
    for field in given:
        if field == "ipBlock":
            causes += _validate_block(peer[field], f"{path}.ipBlock")
        else:
            causes += validate_label_selector(peer[field], f"{path}.{field}")
    if not given:
        causes.append(Cause(path, "Required", "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        causes.append(Cause(path, "Forbidden", "may not specify both ipBlock and another peer"))
    return causes


def _validate_block(block: Obj, path: str) -> list[Cause]:
    text = block.get("cidr") or ""
    if not text:
        return [Cause(f"{path}.cidr", "Required")]
    causes = addresses.cidr(text, f"{path}.cidr")
    outer = addresses.parse_cidr(text)
    if outer is None:
        return causes
    for index, inner_text in enumerate(block.get("except") or ()):
        here, inner = f"{path}.except[{index}]", addresses.parse_cidr(inner_text)
        causes += addresses.cidr(inner_text, here)
        if inner is None:
            continue
        if inner.version != outer.version or inner[0] not in outer or outer.prefixlen >= inner.prefixlen:
            causes.append(Cause(here, "Invalid", "must be a strict subset of `cidr`", inner_text))
    return causes
