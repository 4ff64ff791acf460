"""Claims, volumes and storage classes, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.describe.page import Page, moment, pairs
from cluster_core.kubectl.describe.volumes import describe_source

SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def describe_claim(page: Page, obj: Obj, pods: list[Obj]) -> None:
    """A PersistentVolumeClaim and the pods that use it."""
    spec, status, meta = obj["spec"], obj.get("status", {}), obj["metadata"]
    page.name(obj)
    page.write(0, f"StorageClass:\t{spec.get('storageClassName', '')}")
    page.write(0, f"Status:\t{_phase(page, obj)}")
    page.write(0, f"Volume:\t{spec.get('volumeName', '')}")
    page.marks(obj)
    page.write(0, f"Finalizers:\t[{' '.join(meta.get('finalizers') or ())}]")
    bound = bool(spec.get("volumeName"))
    page.write(0, f"Capacity:\t{(status.get('capacity') or {}).get('storage', '') if bound else ''}")
    page.write(0, f"Access Modes:\t{_modes(status.get('accessModes')) if bound else ''}")
    page.write(0, f"VolumeMode:\t{spec.get('volumeMode', '')}")
    source = spec.get("dataSource")
    if source:
        page.write(0, f"DataSource:\n  Kind:\t{source.get('kind', '')}\n  Name:\t{source.get('name', '')}")
    names = [pod["metadata"]["name"] for pod in pods] or ["<none>"]
    page.write(0, "Used By:\t" + "\n\t".join(names))
    if status.get("conditions"):
        page.write(0, "Conditions:")
        page.write(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage")
        page.write(1, "----\t------\t-----------------\t------------------\t------\t-------")
        for one in status["conditions"]:
            times = f"{moment(one.get('lastProbeTime'))} \t{moment(one.get('lastTransitionTime'))}"
            page.write(
                1, f"{one['type']} \t{one['status']} \t{times} \t{one.get('reason', '')} \t{one.get('message', '')}"
            )


def describe_volume(page: Page, obj: Obj) -> None:
    """A PersistentVolume."""
    spec, status, meta = obj["spec"], obj.get("status", {}), obj["metadata"]
    page.name(obj, namespaced=False)
    page.marks(obj)
    page.write(0, f"Finalizers:\t[{' '.join(meta.get('finalizers') or ())}]")
    page.write(0, f"StorageClass:\t{spec.get('storageClassName', '')}")
    page.write(0, f"Status:\t{_phase(page, obj)}")
    claim = spec.get("claimRef")
    page.write(0, f"Claim:\t{claim['namespace']}/{claim['name']}" if claim else "Claim:\t")
    page.write(0, f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy', '')}")
    page.write(0, f"Access Modes:\t{_modes(spec.get('accessModes'))}")
    page.write(0, f"VolumeMode:\t{spec.get('volumeMode', '')}")
    page.write(0, f"Capacity:\t{(spec.get('capacity') or {}).get('storage', '0')}")
    _affinity(page, spec.get("nodeAffinity"))
    page.write(0, f"Message:\t{status.get('message', '')}")
    page.write(0, "Source:")
    describe_source(page, spec)


def _phase(page: Page, obj: Obj) -> str:
    ends = obj["metadata"].get("deletionTimestamp")
    if ends:
        return f"Terminating (lasts {human(page.now - parse(ends))})"
    return str(obj.get("status", {}).get("phase", ""))


def _modes(modes: list[str] | None) -> str:
    return ",".join(SHORT.get(mode, mode) for mode in modes or ())


def _affinity(page: Page, affinity: Obj | None) -> None:
    page.write(0, "Node Affinity:" + ("" if affinity else "\t<none>"))
    if not affinity:
        return
    terms = (affinity.get("required") or {}).get("nodeSelectorTerms") or []
    page.write(1, "Required Terms:" + ("" if terms else "\t<none>"))
    for number, term in enumerate(terms):
        found = [
            f"{one['key']} {one['operator'].lower()} [{', '.join(one.get('values') or ())}]"
            for one in term.get("matchExpressions") or ()
        ]
        page.write(2, f"Term {number}:\t" + "\n\t".join(found))


def describe_class(page: Page, obj: Obj) -> None:
    """A StorageClass."""
    annotations = obj["metadata"].get("annotations") or {}
    page.name(obj, namespaced=False)
    page.write(0, f"IsDefaultClass:\t{'Yes' if annotations.get(DEFAULT_CLASS) == 'true' else 'No'}")
    page.write(0, f"Annotations:\t{pairs(annotations)}")
    page.write(0, f"Provisioner:\t{obj.get('provisioner', '')}")
    page.write(0, f"Parameters:\t{pairs(obj.get('parameters'))}")
    allowed = obj.get("allowVolumeExpansion")
    page.write(0, f"AllowVolumeExpansion:\t{'<unset>' if allowed is None else str(allowed)}")
    page.write(0, "MountOptions:" + ("" if obj.get("mountOptions") else "\t<none>"))
    for option in obj.get("mountOptions") or ():
        page.write(1, option)
    page.write(0, f"ReclaimPolicy:\t{obj.get('reclaimPolicy', '')}")
    page.write(0, f"VolumeBindingMode:\t{obj.get('volumeBindingMode', '')}")
