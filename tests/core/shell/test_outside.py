"""A container without network."""

from __future__ import annotations

from cluster_core.shell.outside import NoOutside


def test_nobody_answers() -> None:
    outside = NoOutside()
    assert (outside.resolve("db").code, outside.connect("1.2.3.4", 80).result, outside.ping("1.2.3.4").result) == (
        "",
        "unreachable",
        "unreachable",
    )
    assert outside.exchange("1.2.3.4", 80, b"x").data == b""
