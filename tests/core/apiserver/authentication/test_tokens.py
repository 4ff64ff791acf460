"""Tokens of service accounts."""

from __future__ import annotations

import pytest

from cluster_core.api.service_account_token import legacy_claims
from cluster_core.apiserver.authentication.tokens import Authenticator, TokenError
from tests.core.apiserver.plane import SECOND, Plane, pod


def issued(plane: Plane, **spec: object) -> str:
    answer = plane.ask(
        "create", "serviceaccounts", namespace="default", name="default", subresource="token", body={"spec": spec}
    )
    assert answer.code == 201, answer.body
    return str(answer.body["status"]["token"])


def test_a_token_is_its_accounts_until_it_expires() -> None:
    plane = Plane()
    token = issued(plane, expirationSeconds=600)
    who = plane.server.authenticator.of(token)
    assert who is not None
    assert who.user == "system:serviceaccount:default:default"
    assert who.groups == ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated")
    account = plane.get("serviceaccounts", "default")
    assert account is not None
    assert who.uid == account["metadata"]["uid"]
    plane.sim.advance(plane.sim.now + 601 * SECOND, 100_000)
    assert plane.server.authenticator.of(token) is None
    with pytest.raises(TokenError, match="service account token has expired"):
        plane.server.authenticator.identify(token, ("https://kubernetes.default.svc.cluster.local",))


def test_a_token_dies_with_its_account_or_its_pod() -> None:
    plane = Plane()
    plane.made("pods", pod())
    bound = issued(plane, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "web"})
    free = issued(plane)
    who = plane.server.authenticator.of(bound)
    assert who is not None
    assert dict(who.extra)["authentication.kubernetes.io/pod-name"] == ("web",)
    plane.ask("delete", "pods", namespace="default", name="web", options={"grace_period": 0})
    assert plane.server.authenticator.of(bound) is None
    assert plane.server.authenticator.of(free) is not None
    plane.ask("delete", "serviceaccounts", namespace="default", name="default")
    plane.made("serviceaccounts", {"metadata": {"name": "default"}})
    assert plane.server.authenticator.of(free) is None, "another account of the same name"


def test_tokens_of_others_and_nonsense_are_nobodys() -> None:
    plane = Plane()
    token, authenticator = issued(plane), plane.server.authenticator
    other = Authenticator(plane.server.cache, plane.sim.now, 999)
    assert other.of(token) is None
    head, claims, signature = token.split(".")
    for bad in ("", "a.b.c", f"{head}.{claims}x.{signature}", f"{head}.{claims}", token + "x", "é" * 9, "." * 9000):
        assert authenticator.of(bad) is None
    elsewhere = issued(plane, audiences=["vault"])
    assert authenticator.of(elsewhere) is None
    assert authenticator.identify(elsewhere, ("vault", "x"))[1] == ["vault"]


def test_the_token_of_a_secret_lives_as_long_as_the_secret_holds_it() -> None:
    plane = Plane()
    account = plane.get("serviceaccounts", "default")
    assert account is not None
    token = plane.server.authenticator.issue(legacy_claims("default", "old", account))
    assert plane.server.authenticator.of(token) is None
    body = {"metadata": {"name": "old"}, "stringData": {"token": token}}
    plane.made("secrets", body)
    who = plane.server.authenticator.of(token)
    assert who is not None
    assert who.user == "system:serviceaccount:default:default"
