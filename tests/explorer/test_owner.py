"""Who is asking."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from explorer import owner


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("abc", ""), ("", ""), ("Bearer", "")],
)
def test_the_token_of_a_header(header: str, token: str) -> None:
    assert owner.bearer(header) == token


def test_a_handshake_has_a_cookie_and_a_token() -> None:
    headers = [(b"Cookie", b"a=b; orrery_owner=secret"), (b"authorization", b"Bearer abc")]
    assert owner.owner_of_scope({"headers": headers}) == ("abc", "secret")
    assert owner.owner_of_scope({"headers": []}) == ("", "")
    assert owner.owner_of_scope({"headers": [(b"cookie", b'orrery_owner="')]})[0] == ""


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    response = HttpResponse()
    secret = owner.new_owner()
    assert len(secret) >= 32
    owner.remember(response, secret, secure=True)
    cookie = response.cookies[owner.COOKIE]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"
