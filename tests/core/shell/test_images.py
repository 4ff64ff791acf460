"""The files of images."""

from __future__ import annotations

from cluster_core.shell.executables import ELF
from cluster_core.shell.images import FLAVOURS, layer
from cluster_core.shell.programs import known


def test_flavours() -> None:
    assert layer("busybox").nodes["/bin/ls"].target == "/bin/busybox"
    assert "/bin/sh" not in layer("none").nodes
    assert layer("debian").nodes["/usr/bin/bash"].data.startswith(ELF)
    assert layer("alpine") is layer("alpine")


def test_further_programs_and_files() -> None:
    found = layer("debian", ("/usr/sbin/nginx=server",), (("/etc/nginx/nginx.conf", "x"),))
    assert found.nodes["/usr/sbin/nginx"].data == ELF + b"server\n"
    assert found.names["/etc/nginx"] == ("nginx.conf",)


def test_most_programs_are_there() -> None:
    names = {path.rpartition("/")[2] for flavour in FLAVOURS for path in layer(flavour).nodes if "/bin/" in path}
    missing = {name for name in names if not known(name)}
    assert len(missing) < len(names) / 3
