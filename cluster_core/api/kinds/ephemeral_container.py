"""Ephemeral containers: guests for debugging, without anything that a workload would rely on.

Upstream: `validateEphemeralContainers` of `pkg/apis/core/validation`.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.container_validation import validate_container
from cluster_core.api.request import Obj

# What they cannot have, in the order of the type.
UNFIT = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)
CANNOT = "cannot be set for an Ephemeral Container"


def validate_ephemeral_containers(spec: Obj, path: str, volumes: dict[str, Obj]) -> list[Cause]:
    """Those of a pod; `volumes` by name, as for its other containers."""
    causes: list[Cause] = []
    others = [one.get("name") for field in ("containers", "initContainers") for one in spec.get(field) or ()]
    taken = list(others)
    for index, container in enumerate(spec["ephemeralContainers"]):
        here, name = f"{path}[{index}]", container.get("name") or ""
        causes += validate_container(container, here, volumes, spec)
        if name and name in taken:
            causes.append(Cause(f"{here}.name", "Duplicate", "", name))
        taken.append(name)
        target = container.get("targetContainerName")
        if target and target not in others:
            causes.append(Cause(f"{here}.targetContainerName", "NotFound", "", target))
        causes += [Cause(f"{here}.{field}", "Forbidden", CANNOT) for field in UNFIT if container.get(field)]
        causes += [
            Cause(f"{here}.volumeMounts[{place}].{field}", "Forbidden", CANNOT)
            for place, mount in enumerate(container.get("volumeMounts") or ())
            for field in ("subPath", "subPathExpr")
            if mount.get(field)
        ]
    return causes
