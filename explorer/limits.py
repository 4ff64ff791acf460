"""What one visitor may create. Counted in the database by one statement, so that two requests cannot both be the last."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time

from django.conf import settings
from django.db import connection

from explorer import storage
from explorer.refusal import Refusal

HOUR_S = 3600


async def spend(what: str, most: int, address: str, owner: str) -> None:
    """Count one more creation of `what` for an address and for an owner; refuses with 429 above `most` in an hour."""
    now = int(time.time())
    keys = [f"{what}/address/{_network(address)}"] + ([f"{what}/owner/{owner}"] if owner else [])
    for key in keys:
        spent = await storage.call(_count, _hashed(key), now // HOUR_S)
        if spent > most:
            wait = HOUR_S - now % HOUR_S
            raise Refusal(429, f"at most {most} {what} an hour: try again in {wait // 60 + 1} minutes", wait)


def _count(key: str, hour: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO explorer_quota (key, hour, spent) VALUES (%s, %s, 1)
            ON CONFLICT (key) DO UPDATE SET
                spent = CASE WHEN explorer_quota.hour = excluded.hour THEN explorer_quota.spent + 1 ELSE 1 END,
                hour = excluded.hour
            RETURNING spent
            """,
            [key, hour],
        )
        spent: int = cursor.fetchone()[0]
    return spent


def _hashed(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """One household has a /64 of IPv6 addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
