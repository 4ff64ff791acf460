"""Files in memory: layers, links, mounts, bounds."""

from __future__ import annotations

import pytest

from cluster_core.shell.files import FILE_MAX, FileError, Files, Mount, Node, Tree, clean, layer_of


def files() -> Files:
    return Files([Mount("/", Tree(layer_of({"/etc/hosts": Node("file", b"127.0.0.1\n")})))])


def test_a_container_writes_over_its_layer() -> None:
    one, other = files(), files()
    one.write("/etc/hosts", b"mine", 5)
    one.remove("/etc/hosts")
    assert one.names("/etc") == []
    assert other.read("/etc/hosts") == b"127.0.0.1\n"
    one.write("/etc/new", b"x", 6)
    assert (one.names("/etc"), one.stat("/etc/new").mtime) == (["new"], 6)


def test_links() -> None:
    fs = files()
    fs.link("/l", "/etc", 0)
    fs.link("/a", "b", 0)
    fs.link("/b", "a", 0)
    assert fs.resolve("/l/hosts") == "/etc/hosts"
    assert fs.resolve("/l/../x") == "/x"
    with pytest.raises(FileError, match="Too many levels"):
        fs.read("/a")


def test_mounts_are_shared() -> None:
    volume = Tree()
    one, other = (Files([Mount("/", Tree(layer_of({}))), Mount("/data", volume)]) for _ in range(2))
    one.write("/data/f", b"shared", 0)
    assert other.read("/data/f") == b"shared"
    assert "data" in other.names("/")
    with pytest.raises(FileError, match="busy"):
        other.remove("/data")
    other.mounts[1].read_only = True
    with pytest.raises(FileError, match="Read-only"):
        other.write("/data/g", b"", 0)


def test_bounds() -> None:
    fs = files()
    for path, data, why in (
        ("/f", b"x" * (FILE_MAX + 1), "No space"),
        ("/" + "n" * 300, b"", "too long"),
        ("/no/f", b"", "No such"),
        ("/etc", b"", "Is a directory"),
    ):
        with pytest.raises(FileError, match=why):
            fs.write(path, data, 0)
    for number in range(8):
        fs.write(f"/big{number}", b"x" * FILE_MAX, 0)
    with pytest.raises(FileError, match="No space"):
        fs.write("/one-more", b"x" * FILE_MAX, 0)
    assert clean("/a/../../b/./c//") == "/b/c"
