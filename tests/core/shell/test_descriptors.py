"""Pipes, sources, files as descriptors."""

from __future__ import annotations

import pytest

from cluster_core.shell.descriptors import BrokenPipe, FileHandle, Pipe, PipeEnd, Source
from cluster_core.shell.task import Task
from tests.core.shell.container import Container


def test_a_pipe_knows_its_ends() -> None:
    land, pipe = Container().land, Pipe()
    reader, writer = PipeEnd(pipe, False), PipeEnd(pipe, True)
    land.tasks[1] = Task(1, 0, ["x"], None, {}, fds={3: reader, 4: writer})  # type: ignore[arg-type]
    assert reader.read(land) is None
    writer.write(land, b"abc", 5)
    assert (reader.read(land, 2), reader.since) == (b"ab", 5)
    reader.unread(b"ab")
    del land.tasks[1].fds[4]
    assert (reader.read(land), reader.read(land)) == (b"abc", b"")
    del land.tasks[1].fds[3]
    with pytest.raises(BrokenPipe):
        writer.write(land, b"x", 6)


def test_a_source_is_fed() -> None:
    land, source = Container().land, Source()
    assert (source.read(land), source.readable(land)) == (None, False)
    source.feed(b"x", 3)
    assert (source.read(land), source.since) == (b"x", 3)
    source.feed(b"", 4, ended=True)
    assert source.read(land) == b""


def test_a_file_has_an_offset() -> None:
    land = Container(files={"/f": "abcdef"}).land
    handle = FileHandle(land.files, "/f", writes=True)
    assert handle.read(land, 3) == b"abc"
    handle.write(land, b"XY", 1)
    assert land.files.read("/f") == b"abcXYf"
