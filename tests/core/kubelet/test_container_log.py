"""The log of a container: lines, streams, bounds."""

from __future__ import annotations

from cluster_core.kubelet.container_log import LINE_MAX, LINES_MAX, ContainerLog


def test_lines_come_together() -> None:
    log = ContainerLog()
    log.accept(5, 1, b"one\ntw")
    log.accept(6, 2, b"err\n")
    log.accept(7, 1, b"o\n")
    log.accept(8, 1, b"left")
    log.close(9)
    assert [(line.number, line.at, line.stream, line.text, line.whole) for line in log.lines] == [
        (0, 5, "stdout", "one", True),
        (1, 6, "stderr", "err", True),
        (2, 7, "stdout", "two", True),
        (3, 9, "stdout", "left", False),
    ]


def test_the_oldest_go() -> None:
    log = ContainerLog()
    for number in range(LINES_MAX + 5):
        log.accept(number, 1, b"x\n")
    assert (len(log.lines), log.lines[0].number, log.written) == (LINES_MAX, 5, LINES_MAX + 5)


def test_long_lines_are_cut() -> None:
    log = ContainerLog()
    log.accept(1, 1, b"y" * (LINE_MAX * 2 + 3) + b"\n")
    assert [(len(line.text), line.whole) for line in log.lines] == [(LINE_MAX, False), (LINE_MAX, False), (3, True)]
