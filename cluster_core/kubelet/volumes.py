"""The volumes of a node: emptyDir for as long as its pod is there, hostPath of the machine, files made of API objects.

The kubelet writes the files of ConfigMaps and Secrets anew once in a sync period; here that is done when somebody looks, as it would
have been done at the last tick. Volumes that are block devices have no files here. Real Kubernetes looks at each pod after 60 to 90 seconds, at the node's pace.
Upstream: `pkg/volume`, `pkg/kubelet/volumemanager`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import capacity
from cluster_core.api.volume_source import data_of, device_of, driver_of, place_of
from cluster_core.kubelet.claimed_volume import claimed_volume
from cluster_core.kubelet.environment import Get, environment_of, expand
from cluster_core.kubelet.host_path import make
from cluster_core.kubelet.volume_files import NotMountable, files_of, is_made, mode_of, objects_of
from cluster_core.shell.files import FILE, LINK, TREE_BYTES_MAX, FileError, Mount, Node, Tree, clean, parents
from cluster_core.sim.kernel import US_PER_SECOND

SYNC_US = 60 * US_PER_SECOND
DISK = ("/dev/sda1", "ext4")
MEMORY_BYTES = 8 << 20
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


@dataclass(slots=True)
class Claims:
    """The data of PersistentVolumes by what holds it (`volume_source.data_of`): it outlives pods and nodes. One for the cluster."""

    trees: dict[str, Tree] = field(default_factory=dict)

    def tree(self, volume: Obj) -> Tree:
        """The files of a PersistentVolume: as many bytes as it has, up to the limit of every file system here."""
        data = data_of(volume)
        if data not in self.trees:
            self.trees[data] = Tree()
            self.resize(volume)
        return self.trees[data]

    def resize(self, volume: Obj) -> None:
        """The file system is as large as its volume."""
        tree = self.trees.get(data_of(volume))
        if tree is not None and driver_of(volume):
            tree.size = int(capacity(volume))
            tree.limit = min(TREE_BYTES_MAX, tree.size)

    def delete(self, data: str) -> None:
        """The storage behind a volume is deleted, and its files with it."""
        self.trees.pop(data, None)


@dataclass(frozen=True, slots=True)
class Source:
    """Where files come from: `get(resource, namespace, name)` an object, `written_at` when it last changed (µs), `facts` of the pod."""

    get: Get
    written_at: Callable[[str, str, str], int]
    facts: Callable[[], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a volume, the place in them, and how `mount` and `df` show it."""

    tree: Tree
    root: str = "/"
    read_only: bool = False
    device: str = DISK[0]
    kind: str = DISK[1]


@dataclass(slots=True)
class Volumes:
    """What is mounted on one node. `pods`: by pod uid and volume; `begun` when its files of API objects were made first, `due` when they
    are looked at next (µs)."""

    claims: Claims = field(default_factory=Claims)
    host: Tree = field(default_factory=Tree)
    pods: dict[str, dict[str, Tree]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)

    def mounts(self, uid: str, pod: Obj, container: Obj, source: Source, now: int) -> list[Mount]:
        """The mounts of a container, beside its root."""
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
        self.sync(uid, pod, source, now)
        found = []
        for mount in container.get("volumeMounts") or ():
            volume = volumes.get(mount["name"])
            if volume is not None:
                below = sub_path(pod, container, mount, source)
                found.append(self._mount(uid, pod, volume, mount, source, below))
        return found

    def sync(self, uid: str, pod: Obj, source: Source, now: int) -> None:
        """Write the files of API objects as the last tick found them; an object that has changed since is for the next one."""
        first = uid not in self.begun
        if not first and now < self.due[uid]:
            return
        begun = self.begun.setdefault(uid, now)
        tick = now - (now - begun) % SYNC_US
        self.due[uid] = tick + SYNC_US
        namespace, facts = pod["metadata"]["namespace"], source.facts()
        for volume in pod["spec"].get("volumes") or ():
            if is_made(volume) and (first or _settled(volume, namespace, source, tick)):
                self._write(uid, pod, volume, facts, source.get, now)

    def _write(self, uid: str, pod: Obj, volume: Obj, facts: dict[str, str], get: Get, now: int) -> None:
        """The files of a volume; those of an object that has gone stay."""
        tree, mode = self._tree(uid, volume["name"]), mode_of(volume)
        try:
            files = files_of(pod, volume, facts, get)
        except NotMountable:
            return
        wanted = {f"/{path.strip('/')}": Node(FILE, data, mode=mode, mtime=now) for path, data in files.items()}
        _replace(tree, wanted)

    def forget(self, uid: str) -> None:
        """The pod is gone from the node, and its emptyDirs with it."""
        self.pods.pop(uid, None)
        self.begun.pop(uid, None)
        self.due.pop(uid, None)

    def _tree(self, uid: str, name: str) -> Tree:
        return self.pods.setdefault(uid, {}).setdefault(name, Tree())

    def _mount(self, uid: str, pod: Obj, volume: Obj, mount: Obj, source: Source, below: str) -> Mount:
        held = self._held(uid, pod, volume, source.get)
        tree, root = held.tree, held.root
        if below and ".." not in below.split("/"):
            # A part of a volume that the kubelet writes stays as it was when the container started.
            tree = _copy(tree) if is_made(volume) else tree
            root = f"{'/..data' if is_made(volume) else root.rstrip('/')}/{below}"
            make(tree, root)
        path = "/" + str(mount["mountPath"]).strip("/")
        read_only = bool(mount.get("readOnly")) or held.read_only
        return Mount(path, tree, root, read_only, held.device, held.kind)

    def _held(self, uid: str, pod: Obj, volume: Obj, get: Get) -> Held:
        """What holds the files of a volume of a pod."""
        if "hostPath" in volume:
            return self._on_host(volume["hostPath"].get("path", "/"))
        if "nfs" in volume:
            share: Obj = {"metadata": {"name": volume["name"]}, "spec": {"nfs": volume["nfs"]}}
            device, kind = device_of(share)
            return Held(self.claims.tree(share), "/", bool(volume["nfs"].get("readOnly")), device, kind)
        claimed = claimed_volume(pod, volume, get)
        if claimed is None or claimed.volume is None:
            kinds = ("tmpfs", "tmpfs") if _in_memory(volume) else DISK
            return Held(self._tree(uid, volume["name"]), "/", is_made(volume), *kinds)
        read_only = bool((volume.get("persistentVolumeClaim") or {}).get("readOnly"))
        if not data_of(claimed.volume):
            return self._on_host(place_of(claimed.volume), read_only)
        device, kind = device_of(claimed.volume)
        return Held(self.claims.tree(claimed.volume), "/", read_only, device, kind)

    def _on_host(self, path: str, read_only: bool = False) -> Held:
        """A path of the machine. Real Kubernetes refuses a local volume whose path is not there; nobody can log in to a simulated
        machine to make it, so it is made.
        """
        root = clean(path)
        make(self.host, root)
        return Held(self.host, root, read_only)


def sub_path(pod: Obj, container: Obj, mount: Obj, source: Source) -> str:
    """The part of a volume that is mounted; an expression knows the variables of the container.

    Real Kubernetes does not start a container whose expression names a variable that is not there.
    """
    given = str(mount.get("subPathExpr") or "")
    if not given:
        return str(mount.get("subPath") or "").strip("/")
    return expand(given, environment_of(pod, container, source.facts(), [], source.get)).strip("/")


def _in_memory(volume: Obj) -> bool:
    return is_made(volume) or (volume.get("emptyDir") or {}).get("medium") == "Memory"


def _settled(volume: Obj, namespace: str, source: Source, tick: int) -> bool:
    return all(source.written_at(resource, namespace, name) <= tick for resource, name in objects_of(volume))


def _copy(tree: Tree) -> Tree:
    return Tree(tree.layer, tree.nodes.copy(), tree.bytes, tree.limit)


def _replace(tree: Tree, wanted: dict[str, Node]) -> None:
    """The files of a volume as they should be: in a directory `..data`, as the kubelet swaps them at once."""
    tree.nodes.clear()
    tree.bytes, tree.version = 0, tree.version + 1
    for path, node in wanted.items():
        place = f"/..data{path}"
        try:
            for parent in parents(place)[1:]:
                make(tree, parent)
            tree.put(place, node)
        except FileError:
            continue
    for path in wanted:
        top = path.strip("/").partition("/")[0]
        tree.put(f"/{top}", Node(LINK, target=f"..data/{top}", mode=0o777))
