"""References to fields of the pod and to resources of its containers, in environments and in downward API files.

Upstream: `validateObjectFieldSelector`, `validateContainerResourceFieldSelector` of `pkg/apis/core/validation`.
"""

from __future__ import annotations

import re

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import named
from cluster_core.api.request import Obj

METADATA = ("metadata.name", "metadata.namespace", "metadata.uid")
OF_FILES = ("metadata.annotations", "metadata.labels", *METADATA)
OF_ENV = (
    *METADATA,
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
KNOWN = (*OF_FILES, *OF_ENV, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.host")
SUBSCRIPT = re.compile(r"(.*)\['(.*)'\]", re.DOTALL)
RESOURCES = tuple(
    f"{side}.{name}" for side in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory")
)
HUGE = ("limits.hugepages-", "requests.hugepages-")
OF_CPU = ("0", "1m", "1")
BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def validate_field_ref(reference: Obj, fields: tuple[str, ...], path: str) -> list[Cause]:
    """A reference to one of some fields of a pod."""
    version, text, here = reference.get("apiVersion") or "", reference.get("fieldPath") or "", f"{path}.fieldPath"
    if not version:
        return [Cause(f"{path}.apiVersion", "Required")]
    if not text:
        return [Cause(here, "Required")]
    match = SUBSCRIPT.fullmatch(text)
    field = match[1] if match else text
    if version != "v1" or (field if match else text) not in KNOWN:
        why = f"field label not supported: {text}" if version == "v1" else f"unsupported pod version: {version}"
        return [Cause(here, "Invalid", f"error converting fieldPath: {why}", text)]
    if match is None:
        found = "spec.nodeName" if text == "spec.host" else text
        return [] if found in fields else [Cause(here, "NotSupported", supported(*sorted(fields)), found)]
    if field == "metadata.annotations":
        return [Cause(path, "Invalid", words, match[2]) for words in names.qualified(match[2].lower())]
    if field == "metadata.labels":
        return named(match[2], names.qualified, path)
    return [Cause(path, "Invalid", "does not support subscript", field)]


def validate_resource_ref(reference: Obj, path: str, in_volume: bool) -> list[Cause]:
    """A reference to a request or limit of a container."""
    resource = reference.get("resource") or ""
    causes: list[Cause] = []
    if in_volume and not reference.get("containerName"):
        causes.append(Cause(f"{path}.containerName", "Required"))
    elif not resource:
        causes.append(Cause(f"{path}.resource", "Required"))
    elif resource not in RESOURCES and not resource.startswith(HUGE):
        causes.append(Cause(f"{path}.resource", "NotSupported", supported(*RESOURCES), resource))
    return causes + _validate_divisor(resource, reference.get("divisor"), f"{path}.divisor")


def _validate_divisor(resource: str, divisor: object, path: str) -> list[Cause]:
    name = resource.partition(".")[2]
    if divisor is None or not name:
        return []
    text = quantity.canonical(divisor)
    if name == "cpu":
        words = "only divisor's values 1m and 1 are supported with the cpu resource"
        return [] if text in OF_CPU else [Cause(path, "Invalid", words, name)]
    if text in ("0", *BYTES):
        return []
    what = {"ephemeral-storage": "local ephemeral storage", "memory": "memory"}.get(name, "hugepages")
    words = f"only divisor's values {', '.join(BYTES)} are supported with the {what} resource"
    return [Cause(path, "Invalid", words, name)]
