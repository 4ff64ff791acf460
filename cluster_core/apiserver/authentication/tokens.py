"""Tokens of service accounts: made, and recognised again. Upstream: `pkg/serviceaccount/{claims,jwt,legacy}.go`.

Real Kubernetes signs with a private key. The model has no cryptography: a token looks like a JWT, but its signature is a digest that
follows from the public seed of the run. Whoever hands tokens to the outside adds a secret of its own (`explorer/kubeapi`).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse, unix_nanoseconds
from cluster_core.apiserver.authentication.identity import AUTHENTICATED, Identity, account_groups, account_user
from cluster_core.apiserver.watch_cache import WatchCache

ISSUER = "https://kubernetes.default.svc.cluster.local"
EXTRA = "authentication.kubernetes.io/"
BOUND = ("pod", "secret", "node")
BOUND_RESOURCES = {"pod": "pods", "secret": "secrets", "node": "nodes"}
TOKEN_CHARS_MAX = 8_192
LEEWAY_US = 60_000_000
INVALID = "service account token has been invalidated"


class TokenError(Exception):
    """A token that says nothing; the text says why, in upstream's words."""


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Makes and recognises the tokens of a run, by what is stored and by virtual time."""

    cache: WatchCache
    now: int
    seed: int

    def issue(self, claims: Obj) -> str:
        """The token with some claims."""
        key = hashlib.sha256(f"{self.seed}/service-account-key".encode()).digest()
        header = {"alg": "RS256", "kid": _encoded(key)}
        signed = f"{_part(header)}.{_part(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def of(self, token: str) -> Identity | None:
        """Whose token it is for the API server; None for nobody's."""
        try:
            return self.identify(token, (ISSUER,))[0]
        except TokenError:
            return None

    def identify(self, token: str, audiences: tuple[str, ...]) -> tuple[Identity, list[str]]:
        """Whose token it is, and for which of the audiences; raises TokenError."""
        claims = self._claims(token)
        legacy = "kubernetes.io/serviceaccount/namespace" in claims
        meant = [ISSUER] if legacy else list(claims["aud"])
        shared = [audience for audience in audiences if audience in meant]
        if not shared:
            raise TokenError(
                f"token audiences {_listed(meant)} is invalid for the target audiences {_listed(audiences)}"
            )
        return (self._legacy(claims, token) if legacy else self._bound(claims)), shared

    def _claims(self, token: str) -> Obj:
        signed, _, signature = token.rpartition(".")
        if len(token) > TOKEN_CHARS_MAX or signed.count(".") != 1 or signature != self._signature(signed):
            raise TokenError("invalid bearer token")
        payload = signed.partition(".")[2]
        found: Obj = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return found

    def _bound(self, claims: Obj) -> Identity:
        seconds = unix_nanoseconds(self.now) // 1_000_000_000
        if claims["exp"] <= seconds:
            raise TokenError("service account token has expired")
        said = claims["kubernetes.io"]
        namespace, account = said["namespace"], said["serviceaccount"]
        self._account(namespace, account)
        extra: list[tuple[str, tuple[str, ...]]] = [(f"{EXTRA}credential-id", (f"JTI={claims['jti']}",))]
        for kind in BOUND:
            if kind in said:
                self._still_there(kind, namespace, said[kind])
                extra += _told(kind, said[kind]) if kind != "secret" else []
        return _identity(namespace, account, tuple(sorted(extra)))

    def _legacy(self, claims: Obj, token: str) -> Identity:
        start = "kubernetes.io/serviceaccount/"
        namespace, name = claims[f"{start}namespace"], claims[f"{start}secret.name"]
        secret = self.cache.get("secrets", namespace, name)
        if secret is None or _is_gone(secret, self.now) or not token_of(secret) == token:
            raise TokenError(INVALID)
        account = {"name": claims[f"{start}service-account.name"], "uid": claims[f"{start}service-account.uid"]}
        self._account(namespace, account)
        return _identity(namespace, account, ())

    def _account(self, namespace: str, said: Obj) -> None:
        found = self.cache.get("serviceaccounts", namespace, said["name"])
        if found is None:
            raise TokenError(f'serviceaccounts "{said["name"]}" not found')
        if _is_gone(found, self.now):
            raise TokenError(f"service account {namespace}/{said['name']} has been deleted")
        if found["metadata"]["uid"] != said["uid"]:
            there = found["metadata"]["uid"]
            raise TokenError(f"service account UID ({there}) does not match claim ({said['uid']})")

    def _still_there(self, kind: str, namespace: str, said: Obj) -> None:
        found = self.cache.get(BOUND_RESOURCES[kind], "" if kind == "node" else namespace, said["name"])
        if kind == "node" and found is None:
            return
        if found is None or _is_gone(found, self.now) or found["metadata"]["uid"] != said["uid"]:
            raise TokenError(INVALID)

    def _signature(self, signed: str) -> str:
        """256 bytes, as RS256 has."""
        parts = [hashlib.sha512(f"{self.seed}/{number}/{signed}".encode()).digest() for number in range(4)]
        return _encoded(b"".join(parts))


def legacy_claims(namespace: str, secret: str, account: Obj) -> Obj:
    """What the token in a Secret of type kubernetes.io/service-account-token says; it never expires."""
    start, meta = "kubernetes.io/serviceaccount/", account["metadata"]
    return {
        "iss": "kubernetes/serviceaccount",
        f"{start}namespace": namespace,
        f"{start}secret.name": secret,
        f"{start}service-account.name": meta["name"],
        f"{start}service-account.uid": meta["uid"],
        "sub": account_user(namespace, meta["name"]),
    }


def token_of(secret: Obj) -> str:
    """The token in a Secret, "" if there is none."""
    text = str((secret.get("data") or {}).get("token", ""))
    try:
        return urlsafe_b64decode(text.replace("+", "-").replace("/", "_")).decode()
    except ValueError:
        return ""


def _identity(namespace: str, account: Obj, extra: tuple[tuple[str, tuple[str, ...]], ...]) -> Identity:
    groups = (*account_groups(namespace), AUTHENTICATED)
    return Identity(account_user(namespace, account["name"]), groups, account["uid"], extra)


def _told(kind: str, said: Obj) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"{EXTRA}{kind}-{field}", (str(said[field]),)) for field in ("name", "uid") if said.get(field)]


def _is_gone(obj: Obj, now: int) -> bool:
    since = obj["metadata"].get("deletionTimestamp")
    return since is not None and parse(since) < now - LEEWAY_US


def _part(claims: Any) -> str:
    return _encoded(json.dumps(claims, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _listed(values: Any) -> str:
    return "[" + " ".join(f'"{value}"' for value in values) + "]"
