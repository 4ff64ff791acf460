"""Tokens of service accounts: what leaves carries a signature, what comes in is stripped of it."""

from __future__ import annotations

import base64
from typing import Any

from explorer.kubeapi.credentials import signed
from explorer.kubeapi.tokens import SECRET_TYPE, UNSIGNED, incoming, outgoing, restored

RUN = "run-a"


def secret(token: str, kind: str = SECRET_TYPE) -> dict[str, Any]:
    data = {"token": base64.b64encode(token.encode()).decode(), "namespace": "ZGVmYXVsdA=="}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": kind, "data": data}


def test_requests_of_tokens() -> None:
    body = {"kind": "TokenRequest", "status": {"token": "a.b.c", "expirationTimestamp": "t"}}
    assert outgoing(RUN, body)["status"] == {"token": signed(RUN, "a.b.c"), "expirationTimestamp": "t"}
    assert body["status"]["token"] == "a.b.c"  # type: ignore[index]
    assert outgoing(RUN, {"kind": "TokenRequest", "spec": {}}) == {"kind": "TokenRequest", "spec": {}}


def test_secrets_of_accounts_alone() -> None:
    assert outgoing(RUN, secret("a.b.c")) == secret(signed(RUN, "a.b.c"))
    other = secret("a.b.c", "Opaque")
    assert outgoing(RUN, other) is other
    listed = {"kind": "SecretList", "items": [other, secret("a.b.c")]}
    assert outgoing(RUN, listed)["items"] == [other, secret(signed(RUN, "a.b.c"))]
    for broken in (None, {}, {"token": "%%"}, {"token": 1}):
        assert outgoing(RUN, {**secret("x"), "data": broken})["data"] == broken
    # What a client read and sends back is stored as it was.
    assert incoming(RUN, outgoing(RUN, secret("a.b.c"))) == secret("a.b.c")
    assert incoming(RUN, secret("mine")) == secret("mine")


def test_reviews_ask_about_signed_tokens_only() -> None:
    asked = {"kind": "TokenReview", "spec": {"token": signed(RUN, "a.b.c"), "audiences": ["x"]}}
    assert incoming(RUN, asked)["spec"] == {"token": "a.b.c", "audiences": ["x"]}
    assert incoming("run-b", asked)["spec"]["token"].startswith(UNSIGNED)
    assert incoming(RUN, {"kind": "TokenReview", "spec": {"token": "a.b.c"}})["spec"]["token"] == UNSIGNED + "a.b.c"
    answer = {"kind": "TokenReview", "spec": {"token": "a.b.c"}, "status": {"authenticated": True}}
    assert restored(asked, answer)["spec"]["token"] == asked["spec"]["token"]
    for strange in ([], None, {"kind": "TokenReview"}, {"kind": "TokenReview", "spec": {"token": 1}}, {"spec": 1}):
        assert incoming(RUN, strange) == strange
        assert restored(strange, {"kind": "Status"}) == {"kind": "Status"}
