"""The volumes of a node: emptyDir for as long as its pod is there, hostPath of the machine, files made of API objects.

A file of a ConfigMap or a Secret is made anew when somebody looks at it and a sync period has passed. Real Kubernetes also
watches them, and holds a pod back until all it mounts is there. Upstream: `pkg/volume`, `pkg/kubelet/volumemanager`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubelet.environment import Get, data_of, field_of, resource_of
from cluster_core.shell.files import FILE, LINK, FileError, Mount, Node, Tree, parents
from cluster_core.sim.kernel import US_PER_SECOND

SYNC_US = 60 * US_PER_SECOND
MEMORY_BYTES = 8 << 20
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


@dataclass(slots=True)
class Claims:
    """The data of PersistentVolumes by name: it outlives pods and nodes. One for the cluster."""

    trees: dict[str, Tree] = field(default_factory=dict)

    def tree(self, volume: str) -> Tree:
        """The files of a PersistentVolume."""
        return self.trees.setdefault(volume, Tree())


@dataclass(slots=True)
class Volumes:
    """What is mounted on one node. `pods`: by pod uid and volume; `synced` when files of API objects were made last (µs)."""

    claims: Claims = field(default_factory=Claims)
    host: Tree = field(default_factory=Tree)
    pods: dict[str, dict[str, Tree]] = field(default_factory=dict)
    synced: dict[str, int] = field(default_factory=dict)

    def mounts(self, uid: str, pod: Obj, container: Obj, facts: dict[str, str], get: Get, now: int) -> list[Mount]:
        """The mounts of a container, beside its root."""
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
        self.sync(uid, pod, facts, get, now)
        found = []
        for mount in container.get("volumeMounts") or ():
            volume = volumes.get(mount["name"])
            if volume is not None:
                found.append(self._mount(uid, pod, volume, mount, get))
        return found

    def sync(self, uid: str, pod: Obj, facts: dict[str, str], get: Get, now: int) -> None:
        """Make the files of ConfigMaps, Secrets and the downward API anew, if it is time."""
        if uid in self.synced and now < self.synced[uid] + SYNC_US:
            return
        self.synced[uid] = now
        for volume in pod["spec"].get("volumes") or ():
            files = _files_of(pod, volume, facts, get)
            if files is not None:
                tree = self._tree(uid, volume["name"])
                mode = _mode(volume)
                wanted = {f"/{path.strip('/')}": Node(FILE, data, mode=mode, mtime=now) for path, data in files.items()}
                _replace(tree, wanted)

    def forget(self, uid: str) -> None:
        """The pod is gone from the node, and its emptyDirs with it."""
        self.pods.pop(uid, None)
        self.synced.pop(uid, None)

    def _tree(self, uid: str, name: str) -> Tree:
        return self.pods.setdefault(uid, {}).setdefault(name, Tree())

    def _mount(self, uid: str, pod: Obj, volume: Obj, mount: Obj, get: Get) -> Mount:
        path = "/" + str(mount["mountPath"]).strip("/")
        tree, root, source, kind = self._tree(uid, volume["name"]), "/", "/dev/sda1", "ext4"
        if "hostPath" in volume:
            tree, root = self.host, "/" + str(volume["hostPath"].get("path", "/")).strip("/")
            _make(tree, root)
        elif "persistentVolumeClaim" in volume:
            claim = get(
                "persistentvolumeclaims",
                pod["metadata"]["namespace"],
                volume["persistentVolumeClaim"].get("claimName", ""),
            )
            name = (claim or {}).get("spec", {}).get("volumeName", "") if claim is not None else ""
            tree = self.claims.tree(name) if name else tree
        elif _is_made(volume) or (volume.get("emptyDir") or {}).get("medium") == "Memory":
            source = kind = "tmpfs"
        below = str(mount.get("subPath") or "").strip("/")
        if below and ".." not in below.split("/"):
            root = f"{root.rstrip('/')}/{below}"
            if tree.get(root) is None:
                _make(tree, root)
        return Mount(path, tree, root, bool(mount.get("readOnly")) or _is_made(volume), source, kind)


def _is_made(volume: Obj) -> bool:
    return any(kind in volume for kind in ("configMap", "secret", "downwardAPI", "projected"))


def _make(tree: Tree, path: str) -> None:
    from cluster_core.shell.files import DIRECTORY_NODE

    for place in [*parents(path), path]:
        if tree.get(place) is None:
            tree.put(place, DIRECTORY_NODE)


def _replace(tree: Tree, wanted: dict[str, Node]) -> None:
    """The files of a volume as they should be: in a directory `..data`, as the kubelet swaps them at once."""
    tree.nodes.clear()
    tree.bytes = 0
    for path, node in wanted.items():
        place = f"/..data{path}"
        try:
            for parent in parents(place)[1:]:
                _make(tree, parent)
            tree.put(place, node)
        except FileError:
            continue
    for path in wanted:
        top = path.strip("/").partition("/")[0]
        tree.put(f"/{top}", Node(LINK, target=f"..data/{top}", mode=0o777))


def _mode(volume: Obj) -> int:
    for kind in ("configMap", "secret", "downwardAPI", "projected"):
        if kind in volume:
            return int((volume[kind] or {}).get("defaultMode") or 0o644)
    return 0o644


def _files_of(pod: Obj, volume: Obj, facts: dict[str, str], get: Get) -> dict[str, bytes] | None:
    if "configMap" in volume:
        return _object_files(pod, "configmaps", volume["configMap"].get("name", ""), volume["configMap"], get)
    if "secret" in volume:
        return _object_files(pod, "secrets", volume["secret"].get("secretName", ""), volume["secret"], get)
    if "downwardAPI" in volume:
        return _downward_files(pod, volume["downwardAPI"], facts)
    if "projected" not in volume:
        return None
    found: dict[str, bytes] = {}
    for source in volume["projected"].get("sources") or ():
        for kind, resource in (("configMap", "configmaps"), ("secret", "secrets")):
            if kind in source:
                found |= _object_files(pod, resource, source[kind].get("name", ""), source[kind], get)
        if "downwardAPI" in source:
            found |= _downward_files(pod, source["downwardAPI"], facts)
        if "serviceAccountToken" in source:
            found[source["serviceAccountToken"].get("path") or "token"] = facts.get("token", "").encode()
    return found


def _object_files(pod: Obj, resource: str, name: str, source: Obj, get: Get) -> dict[str, bytes]:
    obj = get(resource, pod["metadata"]["namespace"], name)
    data = data_of(resource, obj) if obj is not None else {}
    items: list[dict[str, Any]] = source.get("items") or []
    if items:
        return {item["path"]: data[item["key"]] for item in items if item.get("key") in data}
    return data


def _downward_files(pod: Obj, source: Obj, facts: dict[str, str]) -> dict[str, bytes]:
    found = {}
    for item in source.get("items") or ():
        if "fieldRef" in item:
            text = field_of(pod, item["fieldRef"]["fieldPath"], facts)
        else:
            text = resource_of(pod, {}, item.get("resourceFieldRef") or {})
        found[item["path"]] = text.encode()
    return found
