"""Which requests are streams, and who serves them."""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.place import Place
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.streams import logs, port_forward, proxy, remote, targets

REMOTE = ("exec", "attach")
STREAMS = ("log", "exec", "attach", "portforward", "proxy")
SPDY = (
    "streams over SPDY cannot be served here: use a client that streams over WebSockets (kubectl 1.31 or later; "
    "kubectl 1.30 does so for exec and attach)"
)

authorize = targets.authorize


def is_stream(where: Place) -> bool:
    """Whether a place is one of a stream."""
    return where.subresource in STREAMS and where.resource in ("pods", "services", "nodes")


async def serve_http(exchange: Exchange, visitor: Visitor, where: Place, tell: Callable[[int], None]) -> None:
    """Logs and the proxy are plain HTTP; `tell` is told when an answer begins that stays open. What needs a WebSocket is refused, by what would refuse it anyhow first."""
    match where.subresource:
        case "log":
            await logs.serve(exchange, visitor, where, tell)
        case "proxy":
            await proxy.serve(exchange, visitor, where)
        case "portforward":
            targets.pod_of(visitor.live.cluster.world, where.namespace, where.name)
            raise _not_upgraded(exchange)
        case _:
            remote.wanted(exchange, visitor, where)
            raise _not_upgraded(exchange)


async def serve_websocket(exchange: Exchange, visitor: Visitor, where: Place) -> None:
    """exec, attach and port-forward."""
    if where.subresource in REMOTE:
        await remote.serve(exchange, visitor, where)
    elif where.subresource == "portforward":
        await port_forward.serve(exchange, visitor, where)
    else:
        raise bad_request(f"{where.subresource} is not served over WebSockets here")


def _not_upgraded(exchange: Exchange) -> ApiError:
    if exchange.header("upgrade").lower().startswith("spdy"):
        return bad_request(SPDY)
    # Upstream: apimachinery `util/httpstream`, for a request that asks for no upgrade.
    return ApiError(400, "BadRequest", "Upgrade request required")
