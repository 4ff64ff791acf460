"""Files in memory: the layers of an image, what a container wrote over them, and the volumes that are mounted into it.

A tree is a flat table from path to node; nodes never change, so checkpoints share them. What there is of it is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cluster_core.sim.shelf import Shelf

FILE_MAX = 1 << 20
TREE_BYTES_MAX = 8 << 20
TREE_NODES_MAX = 4_000
PATH_MAX, NAME_MAX, LINKS_MAX = 4096, 255, 40
FILE, DIRECTORY, LINK, LIVE = "file", "dir", "link", "live"


class FileError(Exception):
    """What a system call answers; the text is that of strerror."""


NO_ENTRY, IS_DIRECTORY, NOT_DIRECTORY = "No such file or directory", "Is a directory", "Not a directory"
EXISTS, NOT_EMPTY, READ_ONLY = "File exists", "Directory not empty", "Read-only file system"
NO_SPACE, LOOP = "No space left on device", "Too many levels of symbolic links"
TOO_LONG, DENIED = "File name too long", "Permission denied"


@dataclass(frozen=True, slots=True)
class Node:
    """A file (`data`), a directory, a symbolic link (`target`), or a live file of the kernel (`target` names what it shows)."""

    kind: str
    data: bytes = b""
    target: str = ""
    mode: int = 0o644
    mtime: int = 0
    owner: str = "root"


DIRECTORY_NODE = Node(DIRECTORY, mode=0o755)


@dataclass(frozen=True, slots=True)
class Layer:
    """The files of an image: the same table for all its containers. Made by `layer_of`."""

    nodes: dict[str, Node]
    names: dict[str, tuple[str, ...]]


def layer_of(nodes: dict[str, Node]) -> Layer:
    """A layer with the directories that its paths need."""
    full: dict[str, Node] = {"/": DIRECTORY_NODE}
    for path, node in nodes.items():
        for parent in parents(path):
            full.setdefault(parent, DIRECTORY_NODE)
        full[path] = node
    names: dict[str, list[str]] = {path: [] for path, node in full.items() if node.kind == DIRECTORY}
    for path in full:
        if path != "/":
            names[parent_of(path)].append(path.rpartition("/")[2])
    return Layer(full, {path: tuple(sorted(found)) for path, found in names.items()})


@dataclass(slots=True)
class Tree:
    """A file system: what was written over a layer (None: removed). `version` counts the writes; `size`: bytes, 0 for a machine's disk."""

    layer: Layer | None = None
    nodes: Shelf[str, Node | None] = field(default_factory=Shelf)
    bytes: int = 0
    limit: int = TREE_BYTES_MAX
    read_only: bool = False
    version: int = 0
    size: int = 0

    def get(self, path: str) -> Node | None:
        """The node at a path of this tree."""
        if path in self.nodes:
            return self.nodes[path]
        if self.layer is not None:
            return self.layer.nodes.get(path)
        return DIRECTORY_NODE if path == "/" else None

    def put(self, path: str, node: Node) -> None:
        """Write a node; its directory is there."""
        if self.read_only:
            raise FileError(READ_ONLY)
        old = self.nodes.get(path)
        grown = self.bytes + len(node.data) - (len(old.data) if old is not None else 0)
        if grown > self.limit or len(node.data) > FILE_MAX or len(self.nodes) > TREE_NODES_MAX:
            raise FileError(NO_SPACE)
        self.bytes, self.version = grown, self.version + 1
        self.nodes[path] = node

    def remove(self, path: str) -> None:
        """Take a node away."""
        if self.read_only:
            raise FileError(READ_ONLY)
        old, self.version = self.nodes.pop(path, None), self.version + 1
        self.bytes -= len(old.data) if old is not None else 0
        if self.layer is not None and path in self.layer.nodes:
            self.nodes[path] = None

    def names(self, path: str) -> list[str]:
        """What a directory holds, sorted."""
        found = dict.fromkeys(self.layer.names.get(path, ()) if self.layer is not None else ())
        prefix = path.rstrip("/") + "/"
        for other, node in self.nodes.items():
            if other.startswith(prefix) and other != "/":
                name = other[len(prefix) :]
                if "/" not in name:
                    found.pop(name, None)
                    if node is not None:
                        found[name] = None
        return sorted(found)


@dataclass(slots=True)
class Mount:
    """A tree (or, with `root`, a part of one) that is seen at `path`. `source` is what `mount` and `df` print."""

    path: str
    tree: Tree
    root: str = "/"
    read_only: bool = False
    source: str = "/dev/sda1"
    kind: str = "ext4"


@dataclass(slots=True)
class Files:
    """The file system that a container sees. Paths given to its methods are absolute. `noted`: the mounts that were looked at, if
    somebody wants to know."""

    mounts: list[Mount]
    noted: dict[str, None] | None = None

    def at(self, path: str) -> tuple[Mount, str]:
        """The mount that holds a clean path, and the path in its tree."""
        best = self.mounts[0]
        for mount in self.mounts[1:]:
            inside = path == mount.path or path.startswith(mount.path + "/")
            if inside and len(mount.path) >= len(best.path):
                best = mount
        if self.noted is not None:
            self.noted[best.path] = None
        below = path[len(best.path) :] if best.path != "/" else path
        return best, clean(f"{best.root}/{below}")

    def look(self, path: str) -> Node | None:
        """The node at a clean path, links not followed."""
        mount, inner = self.at(path)
        found = mount.tree.get(inner)
        if found is None and any(one.path.startswith(path.rstrip("/") + "/") for one in self.mounts):
            return DIRECTORY_NODE
        return found

    def resolve(self, path: str, last: bool = True) -> str:
        """The clean path behind all links; with `last` False the last name may be a link. FileError: no such directory, a loop."""
        if len(path) > PATH_MAX:
            raise FileError(TOO_LONG)
        done, rest, followed = "/", [name for name in path.split("/") if name], 0
        while rest:
            name = rest.pop(0)
            if len(name) > NAME_MAX:
                raise FileError(TOO_LONG)
            if name in (".", ".."):
                done = parent_of(done) if name == ".." else done
                continue
            here = done.rstrip("/") + "/" + name
            node = self.look(here)
            if node is not None and node.kind == LINK and (rest or last):
                followed += 1
                if followed > LINKS_MAX:
                    raise FileError(LOOP)
                rest = [part for part in node.target.split("/") if part] + rest
                done = "/" if node.target.startswith("/") else done
                continue
            if rest:
                self._must_be_directory(node)
            done = here
        return done

    def _must_be_directory(self, node: Node | None) -> None:
        if node is None:
            raise FileError(NO_ENTRY)
        if node.kind != DIRECTORY:
            raise FileError(NOT_DIRECTORY)

    def stat(self, path: str, follow: bool = True) -> Node:
        """The node at a path; raises `FileError`."""
        found = self.look(self.resolve(path, follow))
        if found is None:
            raise FileError(NO_ENTRY)
        if path.endswith("/") and found.kind != DIRECTORY:
            raise FileError(NOT_DIRECTORY)
        return found

    def exists(self, path: str) -> bool:
        """Whether there is something at a path (a link that leads nowhere is nothing)."""
        return self.kind(path) != ""

    def kind(self, path: str, follow: bool = True) -> str:
        """The kind of node at a path, "" if there is none."""
        try:
            return self.stat(path, follow).kind
        except FileError:
            return ""

    def read(self, path: str) -> bytes:
        """The content of a file."""
        found = self.stat(path)
        if found.kind == DIRECTORY:
            raise FileError(IS_DIRECTORY)
        return found.data

    def write(self, path: str, data: bytes, now: int, mode: int | None = None) -> None:
        """Replace the content of a file, or make it; it keeps its mode."""
        place = self.resolve(path)
        old = self.look(place)
        if path.endswith("/") or (old is not None and old.kind == DIRECTORY):
            raise FileError(IS_DIRECTORY)
        self._must_be_directory(self.look(parent_of(place)))
        kept = mode if mode is not None else (old.mode if old is not None else 0o644)
        self.put(place, Node(FILE, data, mode=kept, mtime=now))

    def put(self, place: str, node: Node) -> None:
        """Write a node at a clean path whose directory is there."""
        mount, inner = self.at(place)
        if mount.read_only:
            raise FileError(READ_ONLY)
        mount.tree.put(inner, node)

    def make_directory(self, path: str, now: int, parents_too: bool = False) -> None:
        """mkdir, mkdir -p."""
        if parents_too:
            for parent in [*parents(clean(path)), clean(path)]:
                if self.kind(parent) == "":
                    self.make_directory(parent, now)
                elif self.kind(parent) != DIRECTORY:
                    raise FileError(NOT_DIRECTORY if parent != clean(path) else EXISTS)
            return
        place = self.resolve(path.rstrip("/") or "/", last=False)
        if self.look(place) is not None:
            raise FileError(EXISTS)
        self._must_be_directory(self.look(parent_of(place)))
        self.put(place, replace(DIRECTORY_NODE, mtime=now))

    def link(self, path: str, target: str, now: int) -> None:
        """ln -s."""
        place = self.resolve(path, last=False)
        if self.look(place) is not None:
            raise FileError(EXISTS)
        self._must_be_directory(self.look(parent_of(place)))
        self.put(place, Node(LINK, target=target[:PATH_MAX], mode=0o777, mtime=now))

    def names(self, path: str) -> list[str]:
        """What a directory holds, sorted; raises `FileError`."""
        place = self.resolve(path)
        self._must_be_directory(self.look(place))
        mount, inner = self.at(place)
        found = dict.fromkeys(mount.tree.names(inner))
        prefix = place.rstrip("/") + "/"
        for other in self.mounts[1:]:
            if other.path.startswith(prefix):
                found[other.path[len(prefix) :].partition("/")[0]] = None
        return sorted(found)

    def remove(self, path: str) -> None:
        """unlink, or rmdir of an empty directory."""
        place = self.resolve(path, last=False)
        node = self.look(place)
        if node is None:
            raise FileError(NO_ENTRY)
        if any(mount.path == place for mount in self.mounts):
            raise FileError("Device or resource busy")
        if node.kind == DIRECTORY and self.names(place):
            raise FileError(NOT_EMPTY)
        mount, inner = self.at(place)
        if mount.read_only:
            raise FileError(READ_ONLY)
        mount.tree.remove(inner)

    def walk(self, path: str) -> Iterator[tuple[str, Node]]:
        """A path and everything below it, parents first."""
        node = self.stat(path, follow=False)
        yield path, node
        if node.kind == DIRECTORY:
            for name in self.names(path):
                yield from self.walk(f"{path.rstrip('/')}/{name}")

    def change_mode(self, path: str, mode: int) -> None:
        """chmod."""
        place = self.resolve(path)
        self.put(place, replace(self.stat(path), mode=mode))


def clean(path: str) -> str:
    """An absolute path without ".", ".." and double slashes."""
    done: list[str] = []
    for name in path.split("/"):
        if name == "..":
            del done[-1:]
        elif name not in ("", "."):
            done.append(name)
    return "/" + "/".join(done)


def parent_of(path: str) -> str:
    """The directory of a clean path."""
    return path.rpartition("/")[0] or "/"


def parents(path: str) -> list[str]:
    """The directories above a clean path, from the root down."""
    names = [name for name in path.split("/") if name][:-1]
    return ["/", *("/" + "/".join(names[: number + 1]) for number in range(len(names)))]
