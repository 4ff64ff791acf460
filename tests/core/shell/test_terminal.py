"""A terminal: echo, erase, ^C, ^D."""

from __future__ import annotations

from cluster_core.shell.terminal import Terminal
from tests.core.shell.container import Container, Written


def typed(keys: bytes) -> tuple[Terminal, bytes, bytes | None]:
    written = Written()
    terminal = Terminal(written)
    terminal.type(keys, 7)
    return terminal, written.out, terminal.read(Container().land)


def test_a_line_is_echoed_and_read() -> None:
    assert typed(b"ls\r")[1:] == (b"ls\r\n", b"ls\n")
    assert typed(b"ls")[1:] == (b"ls", None)


def test_erase_takes_whole_characters() -> None:
    assert typed("aé中\x7f\x7fb\r".encode())[2] == b"ab\n"
    assert typed(b"abc\x15x\r")[2] == b"x\n"


def test_keys_that_mean_something() -> None:
    assert typed(b"abc\x03")[0].signals == [2]
    assert typed(b"\x04")[2] == b""
    assert typed(b"ab\x04")[2] == b"ab"
    assert typed(b"a\x1b[Ab\r")[2] == b"ab\n"


def test_output_gets_carriage_returns() -> None:
    written = Written()
    Terminal(written).write(Container().land, b"a\nb\n", 1)
    assert written.out == b"a\r\nb\r\n"


def test_another_size_shows_the_prompt_again() -> None:
    written = Written()
    terminal = Terminal(written, prompt=b"/ # ")
    terminal.type(b"ls", 1)
    terminal.resize(80, 24, 2)
    assert written.out == b"ls"
    terminal.resize(100, 30, 3)
    assert (written.out, terminal.columns, terminal.rows) == (b"ls\r/ # ls", 100, 30)
    terminal.type(b"\r", 4)
    terminal.resize(80, 24, 5)
    assert written.out.endswith(b"ls\r\n")
