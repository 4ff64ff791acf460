"""Updates of a part of a pod: its ephemeral containers, its resources. Everything else stays as it was.

Upstream: `pkg/registry/core/pod/strategy.go`, `pkg/apis/core/validation/validation.go` (ValidatePodEphemeralContainersUpdate,
ValidatePodResize). Real Kubernetes prints the difference to a changed ephemeral container as Go does; here it is left out.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause, invalid
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
    causes = []
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
    spec = dict(old["spec"])
    for field in ("containers", "initContainers"):
        if field in spec:
            given = {container.get("name"): container for container in new["spec"].get(field) or ()}
            spec[field] = [_with_resources(one, given.get(one["name"]), field) for one in spec[field]]
    found = kind.defaults({**old, "spec": spec})
    found = kind.prepare_update(old if found["spec"] == old["spec"] else found, old)
    refuse(kind, found, kind.validate(found) + _resize_causes(found, old))
    return found


def _with_resources(container: Obj, given: Obj | None, field: str) -> Obj:
    """Only init containers that restart (sidecars) may be resized."""
    if given is None or (field == "initContainers" and container.get("restartPolicy") != "Always"):
        return container
    kept = {name: value for name, value in container.items() if name not in RESIZED}
    return {**kept, **{name: given[name] for name in RESIZED if given.get(name)}}


def _resize_causes(new: Obj, old: Obj) -> list[Cause]:
    causes = []
    before, after = qos_class(old["spec"]), qos_class(new["spec"])
    if before != after:
        causes.append(Cause("spec", "Invalid", "Pod QOS Class may not change as a result of resizing", after))
    for field in ("containers", "initContainers"):
        for index, (one, known) in enumerate(zip(new["spec"].get(field, ()), old["spec"].get(field, ()), strict=True)):
            causes += _changed_causes(one, known, f"spec.{field}[{index}].resources")
    return causes


def _changed_causes(new: Obj, old: Obj, path: str) -> list[Cause]:
    causes = []
    for part in ("limits", "requests"):
        after, before = ((one.get("resources") or {}).get(part) or {} for one in (new, old))
        gone = [name for name in sorted(before) if name not in after]
        others = [
            name
            for name in sorted({**before, **after})
            if name not in ("cpu", "memory") and before.get(name) != after.get(name)
        ]
        if others:
            causes.append(Cause("spec", "Forbidden", "only cpu and memory resources are mutable"))
        causes += [
            Cause(f"{path}.{part}", "Forbidden", f"resource {part} cannot be removed")
            for name in gone
            if name in ("cpu", "memory")
        ]
    return causes


def _not_static(pod: Obj, words: str) -> None:
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        raise invalid("Pod", "", pod["metadata"]["name"], [Cause(FORBIDDEN_PATH, "Forbidden", words)])
