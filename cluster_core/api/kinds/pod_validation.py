"""Validation of a PodSpec, shared by pods and everything with a pod template.

Upstream: `pkg/apis/core/validation/validation.go`.
"""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.container_validation import validate_containers
from cluster_core.api.kinds.ephemeral_container import validate_ephemeral_containers
from cluster_core.api.kinds.kind import named, validate_labels
from cluster_core.api.kinds.node_selector import validate_node_affinity
from cluster_core.api.kinds.pod_extras import validate_extras
from cluster_core.api.kinds.pod_level_resources import validate_pod_resources
from cluster_core.api.kinds.volume_validation import validate_volumes
from cluster_core.api.request import Obj

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_pod_spec(spec: Obj, path: str) -> list[Cause]:
    """Everything that is wrong with a defaulted pod spec."""
    causes, volumes = validate_volumes(spec.get("volumes") or (), f"{path}.volumes")
    if not spec.get("containers"):
        causes.append(Cause(f"{path}.containers", "Required"))
    causes += validate_containers(spec, "containers", f"{path}.containers", volumes)
    if spec.get("initContainers"):
        causes += validate_containers(spec, "initContainers", f"{path}.initContainers", volumes)
        causes += _shared_names(spec, path)
    if spec.get("ephemeralContainers"):
        causes += validate_ephemeral_containers(spec, f"{path}.ephemeralContainers", volumes)
    if spec.get("resources") is not None:
        causes += validate_pod_resources(spec, f"{path}.resources")
    causes += _choice(spec, "restartPolicy", RESTART_POLICIES, path)
    causes += _choice(spec, "dnsPolicy", DNS_POLICIES, path)
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
    affinity = (spec.get("affinity") or {}).get("nodeAffinity")
    if affinity is not None:
        causes += validate_node_affinity(affinity, f"{path}.affinity.nodeAffinity")
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
    """A taint that a pod puts up with."""
    causes: list[Cause] = []
    key, operator, effect = toleration.get("key", ""), toleration.get("operator", ""), toleration.get("effect", "")
    if key:
        causes += named(key, names.qualified, f"{path}.key")
    elif operator != "Exists":
        words = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        causes.append(Cause(f"{path}.operator", "Invalid", words, operator))
    if operator not in ("", "Equal", "Exists"):
        causes.append(Cause(f"{path}.operator", "NotSupported", supported("Equal", "Exists"), operator))
    if operator in ("", "Equal") and (wrong := names.label_value(toleration.get("value", ""))):
        causes.append(Cause(f"{path}.operator", "Invalid", ";".join(wrong), toleration["value"]))
    if operator == "Exists" and toleration.get("value"):
        words = "value must be empty when `operator` is 'Exists'"
        causes.append(Cause(f"{path}.operator", "Invalid", words, toleration["value"]))
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        words = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        causes.append(Cause(f"{path}.effect", "Invalid", words, effect))
    if effect and effect not in EFFECTS:
        causes.append(Cause(f"{path}.effect", "NotSupported", supported(*EFFECTS), effect))
    return causes
