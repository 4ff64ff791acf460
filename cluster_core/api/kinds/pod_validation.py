"""Validation of a PodSpec, shared by pods and everything with a pod template.

Upstream: `pkg/apis/core/validation/validation.go`.
"""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.container_validation import validate_containers
from cluster_core.api.kinds.kind import named, non_negative, validate_labels
from cluster_core.api.kinds.pod_extras import validate_extras
from cluster_core.api.kinds.volume_validation import validate_volumes
from cluster_core.api.request import Obj

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
NODE_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")


def validate_pod_spec(spec: Obj, path: str) -> list[Cause]:
    """Everything that is wrong with a defaulted pod spec."""
    causes, volumes = validate_volumes(spec.get("volumes") or (), f"{path}.volumes")
    if not spec.get("containers"):
        causes.append(Cause(f"{path}.containers", "Required"))
    causes += validate_containers(spec.get("containers") or [], f"{path}.containers", volumes)
    causes += validate_containers(spec.get("initContainers") or [], f"{path}.initContainers", volumes, init=True)
    causes += _shared_names(spec, path)
    causes += _choice(spec, "restartPolicy", RESTART_POLICIES, path)
    causes += _choice(spec, "dnsPolicy", DNS_POLICIES, path)
    causes += non_negative(spec.get("terminationGracePeriodSeconds"), f"{path}.terminationGracePeriodSeconds")
    if "activeDeadlineSeconds" in spec and not 1 <= spec["activeDeadlineSeconds"] < 2**31:
        words = "must be between 1 and 2147483647, inclusive"
        causes.append(Cause(f"{path}.activeDeadlineSeconds", "Invalid", words, spec["activeDeadlineSeconds"]))
    causes += validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector")
    if spec.get("serviceAccountName"):
        causes += named(spec["serviceAccountName"], names.subdomain, f"{path}.serviceAccountName")
    if spec.get("nodeName"):
        causes += named(spec["nodeName"], names.subdomain, f"{path}.nodeName")
    if spec.get("hostname"):
        causes += named(spec["hostname"], names.label, f"{path}.hostname")
    for index, toleration in enumerate(spec.get("tolerations") or ()):
        causes += validate_toleration(toleration, f"{path}.tolerations[{index}]")
    causes += _validate_node_affinity((spec.get("affinity") or {}).get("nodeAffinity") or {}, path)
    return causes + _validate_host_ports(spec, path) + validate_extras(spec, path)


def _shared_names(spec: Obj, path: str) -> list[Cause]:
    """An init container may not have the name of a container."""
    taken = [container.get("name") for container in spec.get("containers") or ()]
    return [
        Cause(f"{path}.initContainers[{index}].name", "Duplicate", "", container["name"])
        for index, container in enumerate(spec.get("initContainers") or ())
        if container.get("name") in taken and container.get("name")
    ]


def _validate_host_ports(spec: Obj, path: str) -> list[Cause]:
    """A port of the host belongs to one container; on the host's network it is the container's own."""
    causes: list[Cause] = []
    taken: list[str] = []
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            for place, port in enumerate(container.get("ports") or ()):
                here, host = f"{path}.{field}[{index}].ports[{place}]", port.get("hostPort") or 0
                identity = f"{port.get('protocol')}/{port.get('hostIP') or ''}/{host}"
                restarts = field == "containers" or container.get("restartPolicy") == "Always"
                if host and restarts and identity in taken:
                    causes.append(Cause(f"{here}.hostPort", "Duplicate", "", identity))
                if host and restarts:
                    taken.append(identity)
                if spec.get("hostNetwork") and host and host != port.get("containerPort"):
                    words = "must match `hostPort` when `hostNetwork` is true"
                    causes.append(Cause(f"{here}.containerPort", "Invalid", words, port.get("containerPort") or 0))
    return causes


def _choice(spec: Obj, field: str, values: tuple[str, ...], path: str) -> list[Cause]:
    given = spec.get(field)
    return [] if given in values else [Cause(f"{path}.{field}", "NotSupported", supported(*values), given)]


def validate_toleration(toleration: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    key, operator, effect = toleration.get("key", ""), toleration.get("operator", ""), toleration.get("effect", "")
    if key:
        causes += named(key, names.qualified, f"{path}.key")
    elif operator != "Exists":
        words = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        causes.append(Cause(f"{path}.operator", "Invalid", words, operator))
    if operator not in ("", "Equal", "Exists"):
        causes.append(Cause(f"{path}.operator", "NotSupported", supported("Equal", "Exists"), operator))
    if operator == "Exists" and toleration.get("value"):
        words = "value must be empty when `operator` is 'Exists'"
        causes.append(Cause(f"{path}.operator", "Invalid", words, toleration["value"]))
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        words = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        causes.append(Cause(f"{path}.effect", "Invalid", words, effect))
    if effect and effect not in EFFECTS:
        causes.append(Cause(f"{path}.effect", "NotSupported", supported(*EFFECTS), effect))
    return causes


def _validate_node_affinity(affinity: Obj, path: str) -> list[Cause]:
    here = f"{path}.affinity.nodeAffinity"
    causes: list[Cause] = []
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is not None:
        terms = f"{here}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
        if not required.get("nodeSelectorTerms"):
            causes.append(Cause(terms, "Required", "must have at least one node selector term"))
        for index, term in enumerate(required.get("nodeSelectorTerms") or ()):
            causes += _validate_term(term, f"{terms}[{index}]")
    for index, preferred in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        place = f"{here}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        if not 1 <= preferred.get("weight", 0) <= 100:
            words = "must be in the range 1-100"
            causes.append(Cause(f"{place}.weight", "Invalid", words, preferred.get("weight", 0)))
        causes += _validate_term(preferred.get("preference") or {}, f"{place}.preference")
    return causes


def _validate_term(term: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        here = f"{path}.matchExpressions[{index}]"
        operator, values = expression.get("operator", ""), expression.get("values") or ()
        if operator not in NODE_OPERATORS:
            causes.append(Cause(f"{here}.operator", "Invalid", "not a valid selector operator", operator))
        elif operator in ("In", "NotIn") and not values:
            words = "must be specified when `operator` is 'In' or 'NotIn'"
            causes.append(Cause(f"{here}.values", "Required", words))
        elif operator in ("Exists", "DoesNotExist") and values:
            words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            causes.append(Cause(f"{here}.values", "Forbidden", words))
        elif operator in ("Gt", "Lt") and len(values) != 1:
            words = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            causes.append(Cause(f"{here}.values", "Required", words))
        causes += named(expression.get("key", ""), names.qualified, f"{here}.key")
    return causes
