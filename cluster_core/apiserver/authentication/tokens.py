"""Tokens of service accounts: made, and recognised again. Upstream: `pkg/serviceaccount/{claims,legacy}.go`."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.service_account_token import LEGACY, claims_of, signed_token
from cluster_core.api.timestamp import parse, unix_nanoseconds
from cluster_core.apiserver.authentication.identity import AUTHENTICATED, Identity, account_groups, account_user
from cluster_core.apiserver.watch_cache import WatchCache

ISSUER = "https://kubernetes.default.svc.cluster.local"
EXTRA = "authentication.kubernetes.io/"
BOUND = ("pod", "secret", "node")
BOUND_RESOURCES = {"pod": "pods", "secret": "secrets", "node": "nodes"}
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
        return signed_token(self.seed, claims)

    def of(self, token: str) -> Identity | None:
        """Whose token it is for the API server; None for nobody's."""
        try:
            return self.identify(token, (ISSUER,))[0]
        except TokenError:
            return None

    def identify(self, token: str, audiences: tuple[str, ...]) -> tuple[Identity, list[str]]:
        """Whose token it is, and for which of the audiences; raises TokenError."""
        claims = self._claims(token)
        legacy = f"{LEGACY}namespace" in claims
        meant = [ISSUER] if legacy else list(claims["aud"])
        shared = [audience for audience in audiences if audience in meant]
        if not shared:
            raise TokenError(
                f"token audiences {_listed(meant)} is invalid for the target audiences {_listed(audiences)}"
            )
        return (self._legacy(claims, token) if legacy else self._bound(claims)), shared

    def _claims(self, token: str) -> Obj:
        found = claims_of(self.seed, token)
        if found is None:
            raise TokenError("invalid bearer token")
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
        start = LEGACY
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


def _listed(values: Any) -> str:
    return "[" + " ".join(f'"{value}"' for value in values) + "]"
