"""A session keeps what its program writes, up to a bound."""

from __future__ import annotations

from cluster_core.kubelet.session import OUTPUT_MAX, Session


def test_output_is_bounded() -> None:
    session = Session("s", "default", "p", "c", ["yes"])
    session.accept(1, 1, b"a")
    session.accept(2, 2, b"b")
    assert session.chunks == [(1, b"a"), (2, b"b")]
    session.accept(3, 1, b"x" * OUTPUT_MAX)
    assert (session.ended, session.error, len(session.chunks)) == (True, "the session has written too much", 2)


def test_the_first_end_counts() -> None:
    session = Session("s", "default", "p", "c", ["true"])
    session.beside_ended(3, 5)
    session.end(6, 0)
    assert (session.exit_code, session.ended_at) == (3, 5)
