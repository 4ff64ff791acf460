"""Who may speak to a run's Kubernetes API: kubeconfigs (a bearer token, or a secret path for plain HTTP) and service accounts.

A kubeconfig's secret has 256 bits, is shown once and kept as a hash; it expires and can be revoked. Tokens of service
accounts come from the model, which anybody can compute from a run's public seed: what is handed out carries a signature of
this server, and only what carries it is let in (`signed`, `verified`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from explorer import storage
from explorer.kubeapi.bucket import Bucket
from explorer.refusal import Refusal

TOKEN, PATH = "token", "path"
SECRET_CHARS_MAX = 8192
KNOWN_MAX = 4096
# How long an answer of the database is believed: another process may have revoked it.
BELIEVED_S = 30.0
SIGNATURE_CHARS = 43
# What a kubeconfig's token begins with: no other secret of this server does.
MARK = "kube."


@dataclass(frozen=True, slots=True)
class WayIn:
    """A kubeconfig that is valid: which run it opens, how, and until when (seconds since 1970)."""

    run_id: str
    variant: str
    expires: float


# Guesses must not keep the database from everybody else's writes.
LOOKUPS_PER_SECOND, LOOKUPS_BURST = 200, 1000

_lookups = Bucket(LOOKUPS_PER_SECOND, LOOKUPS_BURST)
_known: OrderedDict[str, tuple[WayIn | None, float]] = OrderedDict()


async def mint(run_id: str, variant: str) -> str:
    """A new secret for a run; it is not kept here."""
    secret = (MARK if variant == TOKEN else "") + secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=settings.KUBECONFIG_DAYS)
    await storage.call(storage.add_kubeconfig, run_id, _hashed(secret), variant, expires, settings.KUBECONFIGS_PER_RUN)
    _forget(run_id)
    return secret


async def revoke(run_id: str) -> int:
    """End every kubeconfig of a run; returns how many there were."""
    count = await storage.call(storage.revoke_kubeconfigs, run_id)
    _forget(run_id)
    return count


async def find(secret: str, variant: str) -> WayIn | None:
    """The run that a secret opens, None if it opens none."""
    if not secret or len(secret) > SECRET_CHARS_MAX:
        return None
    found = await _looked_up(_hashed(secret))
    if found is None or found.variant != variant or found.expires < time.time():
        return None
    return found


async def run_of(token: str) -> str | None:
    """The run whose kubeconfig has this token, None if none has. Nothing is looked up for other kinds of tokens."""
    way = await find(token, TOKEN) if token.startswith(MARK) else None
    return None if way is None else way.run_id


def signed(run_id: str, token: str) -> str:
    """A service account's token as it is handed out."""
    return token if verified(run_id, token) is not None else token + _signature(run_id, token)


def verified(run_id: str, token: str) -> str | None:
    """The model's token of a signed one; None if this server has not signed it for this run."""
    inner, signature = token[:-SIGNATURE_CHARS], token[-SIGNATURE_CHARS:]
    if not inner or len(token) > SECRET_CHARS_MAX or not token.isascii():
        return None
    return inner if hmac.compare_digest(signature, _signature(run_id, inner)) else None


async def _looked_up(secret_hash: str) -> WayIn | None:
    known = _known.get(secret_hash)
    if known is not None and time.monotonic() < known[1]:
        _known.move_to_end(secret_hash)
        return known[0]
    wait = _lookups.take()
    if wait:
        raise Refusal(429, "too many unknown credentials: try again later", max(1, round(wait)))
    row = await storage.call(storage.find_kubeconfig, secret_hash)
    # The index finds it by its hash, so the time that takes tells nothing of the secret.
    found = None if row is None else WayIn(row.run_id, row.variant, row.expires.timestamp())
    _known[secret_hash] = (found, time.monotonic() + BELIEVED_S)
    while len(_known) > KNOWN_MAX:
        _known.popitem(last=False)
    return found


def _forget(run_id: str) -> None:
    """What this process believes about a run does not hold any more, nor that a secret opens nothing."""
    for secret_hash, (found, _) in list(_known.items()):
        if found is None or found.run_id == run_id:
            del _known[secret_hash]


def _signature(run_id: str, token: str) -> str:
    key = hmac.new(settings.SECRET_KEY.encode(), f"service accounts of {run_id}".encode(), hashlib.sha256).digest()
    digest = hmac.new(key, token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
