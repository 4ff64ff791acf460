"""What goes wrong in the explorer around a request, as a Kubernetes Status: clients understand nothing else."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.db import DatabaseError

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.cluster.cluster import PastError
from cluster_core.cluster.command import CommandError
from cluster_core.sim.limits import LimitExceeded
from explorer import metrics
from explorer.kubeapi.exchange import JSON, Exchange, retry_after
from explorer.refusal import Refusal
from explorer.storage import UnknownRun

DATABASE_RETRY_S = 5
NOT_SAVED = "the server cannot write its database at the moment: nothing was changed, try again"
REASONS = {409: "Conflict", 429: "TooManyRequests", 503: "ServiceUnavailable"}
logger = logging.getLogger(__name__)


def refused(error: Exception) -> ApiError:
    """The failure that a client is told of. An error of ours is logged, and told of as 500 without its words."""
    match error:
        case ApiError():
            return error
        case Refusal(status=status, sentence=sentence, retry_after=seconds):
            metrics.REFUSALS.labels(str(status)).inc()
            return ApiError(status, REASONS.get(status, "Forbidden"), sentence, _retry(seconds))
        case LimitExceeded():
            # It does not pass by waiting: without Retry-After clients show the sentence at once.
            return ApiError(
                429, "TooManyRequests", f"{error}: this run cannot take more; fork it earlier, or start another"
            )
        case UnknownRun():
            return ApiError(401, "Unauthorized", "Unauthorized")
        case DatabaseError():
            logger.error("database: %s", error)
            return ApiError(503, "ServiceUnavailable", NOT_SAVED, _retry(DATABASE_RETRY_S))
        case CommandError() | PastError():
            return bad_request(str(error))
    logger.error("a request to a run's Kubernetes API failed", exc_info=error)
    return ApiError(
        500, "InternalError", "Internal error occurred: the explorer has made a mistake; it is in the server's log"
    )


async def deny(exchange: Exchange, error: ApiError) -> None:
    """Refuse a WebSocket before it is accepted: with a Status where the server can say it, else with 403."""
    exchange.code = error.code
    extensions: dict[str, Any] = exchange.scope.get("extensions") or {}
    if "websocket.http.response" not in extensions:
        await exchange.send({"type": "websocket.close", "code": 4000 + error.code})
        return
    body = msgspec.json.encode(error.status())
    found = {"Content-Type": JSON, "Content-Length": str(len(body)), **retry_after(error.details)}
    headers = [(name.encode(), value.encode()) for name, value in found.items()]
    await exchange.send({"type": "websocket.http.response.start", "status": error.code, "headers": headers})
    await exchange.send({"type": "websocket.http.response.body", "body": body})


def _retry(seconds: int) -> dict[str, Any]:
    return {"retryAfterSeconds": seconds} if seconds else {}
