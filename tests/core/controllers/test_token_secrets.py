"""Secrets with tokens of service accounts."""

from __future__ import annotations

from base64 import b64decode

from tests.core.controllers.small_cluster import SmallCluster

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: robot}}
type: kubernetes.io/service-account-token
"""


def with_secret() -> SmallCluster:
    cluster = SmallCluster()
    cluster.create("{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}")
    cluster.create(SECRET)
    cluster.run(1)
    return cluster


def test_the_secret_is_filled_and_its_token_is_the_accounts() -> None:
    cluster = with_secret()
    secret = cluster.get("secrets", "robot-token")
    assert secret is not None
    assert set(secret["data"]) == {"ca.crt", "namespace", "token"}
    who = cluster.world.apiserver.authenticator.of(b64decode(secret["data"]["token"]).decode())
    assert who is not None
    assert who.user == "system:serviceaccount:default:robot"


def test_it_goes_with_the_account_and_so_does_the_token() -> None:
    cluster = with_secret()
    secret = cluster.get("secrets", "robot-token")
    assert secret is not None
    cluster.delete("serviceaccounts", "robot")
    cluster.run(1)
    assert cluster.get("secrets", "robot-token") is None
    assert cluster.world.apiserver.authenticator.of(b64decode(secret["data"]["token"]).decode()) is None
