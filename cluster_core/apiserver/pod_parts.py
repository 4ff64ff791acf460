"""Updates of a part of a pod: its ephemeral containers, its resources. Everything else stays as it was.

Upstream: `pkg/registry/core/pod/strategy.go`, `pkg/apis/core/validation/validation.go` (ValidatePodEphemeralContainersUpdate,
ValidatePodResize). Real Kubernetes prints the difference to a changed ephemeral container as Go does; here it is left out.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause, invalid
from cluster_core.api.kinds.checks import same
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.request import Obj
from cluster_core.apiserver.write import Context, refuse

MIRROR = "kubernetes.io/config.mirror"
RESIZED = ("resources", "resizePolicy")
FORBIDDEN_PATH = "<nil>"


def add_ephemeral_containers(kind: Kind, new: Obj, old: Obj, _context: Context) -> Obj:
    """The pod with more ephemeral containers; those that it has stay. Raises 422."""
    _not_static(old, "static pods do not support ephemeral containers")
    defaulted = kind.defaults(new)["spec"].get("ephemeralContainers") or []
    spec = {name: value for name, value in old["spec"].items() if name != "ephemeralContainers"}
    if defaulted:
        spec["ephemeralContainers"] = defaulted
    found = kind.prepare_update({**old, "spec": spec}, old)
    by_name = {container.get("name"): container for container in defaulted}
    causes: list[Cause] = []
    for known in old["spec"].get("ephemeralContainers") or ():
        name = known["name"]
        if name not in by_name:
            words = f'existing ephemeral containers "{name}" may not be removed\n'
        elif by_name[name] != known:
            words = f'existing ephemeral containers "{name}" may not be changed\n'
        else:
            continue
        causes.append(Cause("spec.ephemeralContainers", "Forbidden", words))
    refuse(kind, found, kind.validate(found) + causes)
    return found


def resized(kind: Kind, new: Obj, old: Obj, _context: Context) -> Obj:
    """The pod with other resources of its containers. Raises 422."""
    _not_static(old, "static pods cannot be resized")
    if (old["spec"].get("os") or {}).get("name") == "windows":
        cause = Cause(FORBIDDEN_PATH, "Forbidden", "windows pods cannot be resized")
        raise invalid("Pod", "", old["metadata"]["name"], [cause])
    spec = dict(old["spec"])
    for field in ("containers", "initContainers"):
        if field in spec:
            given = {container.get("name"): container for container in new["spec"].get(field) or ()}
            spec[field] = [_with_resources(one, given.get(one["name"])) for one in spec[field]]
    found = kind.defaults({**old, "spec": spec})
    found = kind.prepare_update(old if found["spec"] == old["spec"] else found, old)
    refuse(kind, found, kind.validate(found) + _resize_causes(found, old))
    return found


def _with_resources(container: Obj, given: Obj | None) -> Obj:
    if given is None:
        return container
    kept = {name: value for name, value in container.items() if name not in RESIZED}
    return {**kept, **{name: given[name] for name in RESIZED if given.get(name)}}


def _resize_causes(new: Obj, old: Obj) -> list[Cause]:
    causes = []
    before, after = qos_class(old["spec"]), qos_class(new["spec"])
    if before != after:
        causes.append(Cause("spec", "Invalid", "Pod QOS Class may not change as a result of resizing", after))
    pairs = [
        (f"spec.{field}[{index}].resources", field, one, known)
        for field in ("initContainers", "containers")
        for index, (one, known) in enumerate(zip(new["spec"].get(field, ()), old["spec"].get(field, ()), strict=True))
    ]
    for path, field, one, known in pairs:
        if field == "containers" or _is_sidecar(known):
            causes += _removed_causes(one, known, path)
    return causes + [
        Cause("spec", "Forbidden", words)
        for _, field, one, known in pairs
        if (words := _not_resizable(one, known, field == "initContainers"))
    ]


def _is_sidecar(container: Obj) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def _removed_causes(new: Obj, old: Obj, path: str) -> list[Cause]:
    causes = []
    for part in ("requests", "limits"):
        after, before = ((one.get("resources") or {}).get(part) or {} for one in (new, old))
        if any(name not in after for name in before):
            causes.append(Cause(f"{path}.{part}", "Forbidden", f"resource {part} cannot be removed"))
    return causes


def _not_resizable(new: Obj, old: Obj, init: bool) -> str:
    """Why a container may not be changed like this; "" if it may."""
    if init and not _is_sidecar(old):
        return "" if same(new, old) else "resources for non-sidecar init containers are immutable"
    if same(_without_cpu_and_memory(new), _without_cpu_and_memory(old)):
        return ""
    return f"only cpu and memory resources {'for sidecar containers ' if init else ''}are mutable"


def _without_cpu_and_memory(container: Obj) -> Obj:
    given = container.get("resources") or {}
    kept = {
        part: {name: amount for name, amount in (given.get(part) or {}).items() if name not in ("cpu", "memory")}
        for part in ("limits", "requests")
    }
    return {**container, "resources": {**given, **kept}}


def _not_static(pod: Obj, words: str) -> None:
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        raise invalid("Pod", "", pod["metadata"]["name"], [Cause(FORBIDDEN_PATH, "Forbidden", words)])
