"""One request of a client, as viewers of the run are told of it."""

from __future__ import annotations

import time

from explorer import metrics
from explorer.kubeapi.door import Visitor
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.resources import Asked
from explorer.protocol import ClientSeen


class Visit:
    """What is known of a request so far. `tell` says it once, when it is answered; who was not let in is not told of."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._told = False
        self.visitor: Visitor | None = None
        self.asked: Asked | None = None

    def tell(self, code: int = 0) -> None:
        """Tell the viewers of the run; `code` for an answer that has only begun."""
        if self._told or self.visitor is None:
            return
        self._told = True
        exchange, asked, live = self._exchange, self.asked, self.visitor.live
        place = asked.place if asked is not None else None
        verb = asked.verb if asked is not None else ""
        metrics.CLIENT_REQUESTS.labels(verb or "other", str(code or exchange.code)).inc()
        live.seen(
            ClientSeen(
                at=live.cluster.now,
                method=exchange.method,
                path=exchange.shown_path,
                user=str((self.visitor.impersonate or {}).get("user") or self.visitor.user),
                agent=exchange.agent,
                verb=verb,
                resource=place.resource if place is not None else "",
                subresource=place.subresource if place is not None else "",
                namespace=place.namespace if place is not None else "",
                name=place.name if place is not None else "",
                code=code or exchange.code,
                write=verb not in ("", "get", "list", "watch"),
                command=asked.command if asked is not None else None,
                ms=round((time.monotonic() - exchange.begun) * 1000, 2),
            )
        )
