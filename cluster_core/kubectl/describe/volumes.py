"""Volumes of a pod or of a pod template, as kubectl describes them."""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, flag


def describe_volumes(page: Page, volumes: list[Obj] | None, indent: str = "") -> None:
    """Each volume with what it is made of."""
    if not volumes:
        page.write(0, f"{indent}Volumes:\t<none>")
        return
    page.write(0, f"{indent}Volumes:")
    for volume in volumes:
        page.write(1, f"{' ' if indent else ''}{volume['name']}:")
        describe_source(page, volume)


def describe_source(page: Page, volume: Obj) -> None:
    """The source of a volume, or of a PersistentVolume."""
    kind = next((name for name in volume if name in SOURCES), "")
    if not kind:
        page.write(1, "<unknown>")
        return
    for line in SOURCES[kind](volume[kind]):
        page.write(2, line)


def _host_path(source: Obj) -> list[str]:
    return [
        "Type:\tHostPath (bare host directory volume)",
        f"Path:\t{source['path']}",
        f"HostPathType:\t{source.get('type', '<none>')}",
    ]


def _empty_dir(source: Obj) -> list[str]:
    return [
        "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
        f"Medium:\t{source.get('medium', '')}",
        f"SizeLimit:\t{source.get('sizeLimit', '<unset>')}",
    ]


def _secret(source: Obj) -> list[str]:
    return [
        "Type:\tSecret (a volume populated by a Secret)",
        f"SecretName:\t{source.get('secretName', '')}",
        f"Optional:\t{flag(source.get('optional'))}",
    ]


def _config_map(source: Obj) -> list[str]:
    return [
        "Type:\tConfigMap (a volume populated by a ConfigMap)",
        f"Name:\t{source.get('name', '')}",
        f"Optional:\t{flag(source.get('optional'))}",
    ]


def _claim(source: Obj) -> list[str]:
    return [
        "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        f"ClaimName:\t{source['claimName']}",
        f"ReadOnly:\t{flag(source.get('readOnly'))}",
    ]


def _downward(source: Obj) -> list[str]:
    lines = ["Type:\tDownwardAPI (a volume populated by information about the pod)", "Items:"]
    for item in source.get("items") or ():
        what = (item.get("fieldRef") or {}).get("fieldPath") or (item.get("resourceFieldRef") or {}).get("resource", "")
        lines.append(f"  {what} -> {item['path']}")
    return lines


def _projected(source: Obj) -> list[str]:
    lines = ["Type:\tProjected (a volume that contains injected data from multiple sources)"]
    for one in source.get("sources") or ():
        if "secret" in one:
            lines += [
                f"SecretName:\t{one['secret'].get('name', '')}",
                f"Optional:\t{flag(one['secret'].get('optional'))}",
            ]
        elif "configMap" in one:
            found = one["configMap"]
            lines += [f"ConfigMapName:\t{found.get('name', '')}", f"Optional:\t{flag(found.get('optional'))}"]
        elif "downwardAPI" in one:
            lines.append("DownwardAPI:\ttrue")
        elif "serviceAccountToken" in one:
            lines.append(f"TokenExpirationSeconds:\t{one['serviceAccountToken'].get('expirationSeconds', 3600)}")
    return lines


def _nfs(source: Obj) -> list[str]:
    return [
        "Type:\tNFS (an NFS mount that lasts the lifetime of a pod)",
        f"Server:\t{source.get('server', '')}",
        f"Path:\t{source.get('path', '')}",
        f"ReadOnly:\t{flag(source.get('readOnly'))}",
    ]


def _csi(source: Obj) -> list[str]:
    return [
        "Type:\tCSI (a Container Storage Interface (CSI) volume source)",
        f"Driver:\t{source.get('driver', '')}",
        f"FSType:\t{source.get('fsType', '')}",
        f"VolumeHandle:\t{source.get('volumeHandle', '')}",
        f"ReadOnly:\t{flag(source.get('readOnly'))}",
    ]


def _local(source: Obj) -> list[str]:
    return [
        "Type:\tLocalVolume (a persistent volume backed by local storage on a node)",
        f"Path:\t{source.get('path', '')}",
    ]


def _ephemeral(source: Obj) -> list[str]:
    spec = (source.get("volumeClaimTemplate") or {}).get("spec") or {}
    amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "")
    return [
        "Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        f"StorageClass:\t{spec.get('storageClassName', '')}",
        f"Capacity:\t{amount}",
    ]


SOURCES: dict[str, Callable[[Obj], list[str]]] = {
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "secret": _secret,
    "configMap": _config_map,
    "persistentVolumeClaim": _claim,
    "downwardAPI": _downward,
    "projected": _projected,
    "nfs": _nfs,
    "csi": _csi,
    "local": _local,
    "ephemeral": _ephemeral,
}
