"""What a new status of a pod may say. Upstream: `ValidatePodStatusUpdate` of `pkg/apis/core/validation`.

Real Kubernetes also checks the users of containers, the health of devices and claims of resources in it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.checks import IMMUTABLE, named
from cluster_core.api.request import Obj

OWN_CONDITIONS = ("PodScheduled", "Ready", "Initialized")
ONE_OF_EACH = "may specify no more than one IP for each IP family"
BACK = "may not be transitioned to non-terminated state"


def validate_pod_status(new: Obj, old: Obj) -> list[Cause]:
    """What is wrong with the status of a pod, given the pod as it was."""
    status, before, spec = new.get("status") or {}, old.get("status") or {}, old["spec"]
    causes: list[Cause] = []
    for index, condition in enumerate(status.get("conditions") or ()):
        kind = condition.get("type") or ""
        if kind not in OWN_CONDITIONS:
            causes += named(kind, names.qualified, f"metadata.conditions[{index}].Type")
    nominated = status.get("nominatedNodeName")
    if nominated and nominated != before.get("nominatedNodeName"):
        causes += named(nominated, names.subdomain, "status.nominatedNodeName")
    if status.get("qosClass") != before.get("qosClass"):
        causes.append(Cause("status.qosClass", "Invalid", IMMUTABLE, status.get("qosClass")))
    causes += _transition_causes(status, before, spec)
    causes += _address_causes(status.get("podIPs") or (), "status.podIPs")
    hosts = status.get("hostIPs") or ()
    if hosts and (hosts[0].get("ip") or "") != (status.get("hostIP") or ""):
        causes.append(Cause("status.hostIPs[0].ip", "Invalid", "must be equal to `hostIP`", hosts[0].get("ip") or ""))
    return causes + _address_causes(hosts, "status.hostIPs")


def _transition_causes(status: Obj, before: Obj, spec: Obj) -> list[Cause]:
    """A container that has ended for good stays so."""
    policy = spec.get("restartPolicy")
    causes = _revived(status, before, "ephemeralContainerStatuses", {}, "Never")
    if policy == "Always":
        return causes
    for field, containers in (("containerStatuses", "containers"), ("initContainerStatuses", "initContainers")):
        by_name = {container.get("name"): container for container in spec.get(containers) or ()}
        causes += _revived(status, before, field, by_name, str(policy))
    return causes


def _revived(status: Obj, before: Obj, field: str, containers: dict[Any, Obj], policy: str) -> list[Cause]:
    ended = [
        (index, told.get("name"))
        for index, told in enumerate(before.get(field) or ())
        if (told.get("state") or {}).get("terminated") is not None
        and not _may_start_again(told, containers.get(told.get("name")) or {}, policy)
    ]
    if not ended:
        return []
    alive = [
        told.get("name") for told in status.get(field) or () if (told.get("state") or {}).get("terminated") is None
    ]
    return [Cause(f"status.{field}[{index}].state", "Forbidden", BACK) for index, name in ended if name in alive]


def _may_start_again(told: Obj, container: Obj, policy: str) -> bool:
    """By its own policy if it has one, else by that of the pod."""
    own = container.get("restartPolicy") or policy
    failed = told["state"]["terminated"].get("exitCode", 0) != 0
    return own == "Always" or (own == "OnFailure" and failed) or bool(container.get("restartPolicyRules"))


def _address_causes(given: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, one in enumerate(given):
        causes += addresses.ip(one.get("ip") or "", f"{path}[{index}]")
    if len(given) < 2 or causes:
        return causes
    found = [addresses.parse_ip(one.get("ip") or "") for one in given]
    versions = sorted(address.version for address in found if address is not None)
    if versions != [4, 6]:
        causes.append(Cause(path, "Invalid", ONE_OF_EACH, list(given)))
    return causes + [
        Cause(f"{path}[{index}]", "Duplicate", "", one) for index, one in enumerate(given) if one in given[:index]
    ]
