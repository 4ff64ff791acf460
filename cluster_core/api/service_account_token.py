"""How tokens of service accounts look: the shape of a JWT, signed by what follows from the run's seed. Upstream: `pkg/serviceaccount/jwt.go`.

Real Kubernetes signs with a private key. The model has no cryptography, and a run's seed is public: whoever hands tokens to the outside
adds a secret of its own (`explorer/kubeapi`).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cluster_core.api.request import Obj

TOKEN_CHARS_MAX = 8_192
LEGACY = "kubernetes.io/serviceaccount/"


def signed_token(seed: int, claims: Obj) -> str:
    """The token with some claims."""
    key = hashlib.sha256(f"{seed}/service-account-key".encode()).digest()
    signed = f"{_part({'alg': 'RS256', 'kid': _encoded(key)})}.{_part(claims)}"
    return f"{signed}.{_signature(seed, signed)}"


def claims_of(seed: int, token: str) -> Obj | None:
    """What a token claims; None if it was not signed in this run."""
    signed, _, signature = token.rpartition(".")
    if len(token) > TOKEN_CHARS_MAX or signed.count(".") != 1 or signature != _signature(seed, signed):
        return None
    payload = signed.partition(".")[2]
    found: Obj = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def legacy_claims(namespace: str, secret: str, account: Obj) -> Obj:
    """What the token in a Secret of type kubernetes.io/service-account-token says; it never expires."""
    meta = account["metadata"]
    return {
        "iss": "kubernetes/serviceaccount",
        f"{LEGACY}namespace": namespace,
        f"{LEGACY}secret.name": secret,
        f"{LEGACY}service-account.name": meta["name"],
        f"{LEGACY}service-account.uid": meta["uid"],
        "sub": f"system:serviceaccount:{namespace}:{meta['name']}",
    }


def _signature(seed: int, signed: str) -> str:
    """256 bytes, as RS256 has."""
    return _encoded(b"".join(hashlib.sha512(f"{seed}/{part}/{signed}".encode()).digest() for part in range(4)))


def _part(claims: Any) -> str:
    return _encoded(json.dumps(claims, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
