"""Paths of the node."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.host_path import host_path_problem, make
from cluster_core.shell.files import DIRECTORY, FILE, Node, Tree


@pytest.mark.parametrize(
    ("path", "kind", "problem"),
    [
        ("/d", "", ""),
        ("/nosuch", "", ""),
        ("/d", "Directory", ""),
        ("/d/f", "File", ""),
        ("/d", "File", "hostPath type check failed: /d is not a file"),
        ("/nosuch", "Directory", "hostPath type check failed: /nosuch is not a directory"),
        ("/nosuch", "Socket", "hostPath type check failed: /nosuch is not a socket file"),
        ("/d/f", "DirectoryOrCreate", "hostPath type check failed: /d/f is not a directory"),
    ],
)
def test_what_has_to_be_there(path: str, kind: str, problem: str) -> None:
    host = Tree()
    make(host, "/d/f", Node(FILE, b"x"))
    assert host_path_problem(host, {"hostPath": {"path": path, "type": kind}}) == problem


def test_what_is_made() -> None:
    host = Tree()
    assert host_path_problem(host, {"hostPath": {"path": "/a/b", "type": "DirectoryOrCreate"}}) == ""
    assert host_path_problem(host, {"hostPath": {"path": "/a/f", "type": "FileOrCreate"}}) == ""
    kinds = [found.kind for path in ("/a/b", "/a/f") if (found := host.get(path)) is not None]
    assert kinds == [DIRECTORY, FILE]
