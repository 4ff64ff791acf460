"""The shape of tokens."""

from __future__ import annotations

from cluster_core.api.service_account_token import claims_of, signed_token


def test_a_token_says_what_was_signed_in_this_run() -> None:
    token = signed_token(7, {"sub": "x"})
    assert len(token.split(".")) == 3
    assert claims_of(7, token) == {"sub": "x"}
    assert claims_of(8, token) is None
    assert claims_of(7, token[:-1]) is None
    assert signed_token(7, {"sub": "x"}) == token


def test_nonsense_claims_nothing() -> None:
    for text in ("", "..", "a.b.c", "x" * 10_000):
        assert claims_of(7, text) is None
