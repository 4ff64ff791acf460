"""The token with which a list goes on: the revision it is of, and the key that comes next.

It is upstream's: JSON in base64, opaque to clients, and no secret, because it leads to nothing that the list itself would not
show. Upstream: apiserver `storage/continue.go`.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
from typing import Any

from cluster_core.api.errors import bad_request

VERSION = "meta.k8s.io/v1"
ANY_REVISION = -1
NOT_VALID = "continue key is not valid"
ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def encode(last: str, revision: int) -> str:
    """The token that goes on after key `last` (without the prefix of the list) at a revision (-1: at the newest)."""
    return begin_at(f"{last}\0", revision)


def begin_at(start: str, revision: int) -> str:
    """The token that goes on at key `start`."""
    text = json.dumps({"v": VERSION, "rv": revision, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(token: str) -> tuple[str, int]:
    """The first key that may come (without the prefix of the list), and the revision (-1: the newest). Raises 400."""
    found = _parsed(token)
    if found.get("v") != VERSION:
        raise _refused(f"{NOT_VALID}: server does not recognize this encoded version {found.get('v') or ''}")
    revision, start = found.get("rv", 0), found.get("start", "")
    if not isinstance(revision, int) or isinstance(revision, bool) or not isinstance(start, str):
        raise _refused(f"{NOT_VALID}: json: cannot unmarshal the token into Go value of type storage.continueToken")
    if revision == 0 or abs(revision) >= 2**63:
        raise _refused(f"{NOT_VALID}: incorrect encoded start resourceVersion (version {VERSION})")
    if not start:
        raise _refused(f"{NOT_VALID}: encoded start key empty (version {VERSION})")
    key = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(key) != key or key.startswith("//"):
        raise _refused(f"{NOT_VALID}: {start}")
    return key[1:], revision


def _parsed(token: str) -> dict[str, Any]:
    wrong = next((place for place, letter in enumerate(token) if letter not in ALPHABET), None)
    try:
        if wrong is not None:
            raise binascii.Error
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error as error:
        place = len(token) if wrong is None else wrong
        raise _refused(f"{NOT_VALID}: illegal base64 data at input byte {place}") from error
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refused(f"{NOT_VALID}: invalid character looking for beginning of value") from error
    if not isinstance(found, dict):
        raise _refused(f"{NOT_VALID}: json: cannot unmarshal the token into Go value of type storage.continueToken")
    return found


def _refused(why: str) -> Exception:
    return bad_request(f"invalid continue token: {why}")
