"""Paths of the node in pods: what has to be there, and what is made. Upstream: `pkg/volume/hostpath/host_path.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.shell.files import DIRECTORY, DIRECTORY_NODE, FILE, FileError, Node, Tree, clean, parents

NOT = "hostPath type check failed: {} is not {}"
# What a path has to be, in upstream's words, and the kind of node it is; nobody makes sockets and devices on simulated machines.
CHECKED = {
    "Directory": ("a directory", DIRECTORY),
    "File": ("a file", FILE),
    "Socket": ("a socket file", "socket"),
    "CharDevice": ("a character device", "character device"),
    "BlockDevice": ("a block device", "block device"),
}


def host_path_problem(host: Tree, volume: dict[str, Any]) -> str:
    """Why a hostPath cannot be mounted, "" if it can. A path of type …OrCreate is made.

    Real Kubernetes makes a path without a type when the container starts, as a directory; here it is made when it is mounted.
    """
    source = volume.get("hostPath") or {}
    path, kind = clean(str(source.get("path") or "/")), str(source.get("type") or "")
    if kind in ("DirectoryOrCreate", "FileOrCreate"):
        if host.get(path) is None:
            make(host, path, Node(FILE) if kind == "FileOrCreate" else DIRECTORY_NODE)
        kind = kind.removesuffix("OrCreate")
    if kind not in CHECKED:
        return ""
    words, wanted = CHECKED[kind]
    found = host.get(path)
    return "" if found is not None and found.kind == wanted else NOT.format(source.get("path"), words)


def make(tree: Tree, path: str, node: Node = DIRECTORY_NODE) -> None:
    """Write a node that is not there, and the directories above it; what does not fit is left out."""
    try:
        for place in parents(path):
            if tree.get(place) is None:
                tree.put(place, DIRECTORY_NODE)
        if tree.get(path) is None:
            tree.put(path, node)
    except FileError:
        return
