"""Calls about links to a moment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.response import Response

from cluster_core import ENGINE
from explorer import limits, owner, sharing
from explorer.live import links
from explorer.models import Share
from explorer.rest.answers import OpenedShareSerializer, PromisedRunSerializer, ShareAnswerSerializer
from explorer.rest.call import Asked, get, post
from explorer.rest.run_calls import remembered
from explorer.rest.serializers import OpenShareSerializer, ShareSerializer


@post(ShareSerializer, ShareAnswerSerializer, 201)
async def make_share(asked: Asked) -> Response:
    """A link to a moment. Opening it gives the reader a copy; the author's run does not change."""
    given = asked.given
    live = await asked.own_run(given["run"])
    number = given.get("event")
    live.cluster.check_recorded(number=number)
    await limits.spend("shares", settings.SHARES_PER_HOUR, asked.address, asked.cookie)
    view = {name: given[name] for name in ("view", "selection", "language") if given.get(name)}
    share = await live.alone(lambda: sharing.make(live, number, view))
    return Response(share_card(asked, share, live.title, ENGINE), status=201)


@get(ShareAnswerSerializer)
async def show_share(asked: Asked, slug: str) -> Response:
    """What a link captures."""
    share = await sharing.find(slug)
    return Response(share_card(asked, share, share.run.title, share.run.engine))


@post(OpenShareSerializer, OpenedShareSerializer, 201, {202: PromisedRunSerializer})
async def open_share(asked: Asked, slug: str) -> Response:
    """Open a link as the reader's own copy, paused at its moment.

    With `wait` false the answer (202) comes before the history has run again: the stream of the copy tells how far that is.
    """
    share = await sharing.find(slug)
    cookie = asked.cookie or owner.new_owner()
    await limits.spend("runs", settings.RUNS_PER_HOUR, asked.address, cookie)
    shown = share_card(asked, share, share.run.title, share.run.engine)
    if not asked.given["wait"]:
        row, token = await sharing.promise_copy(share, cookie)
        answer = {"id": row.id, "title": row.title, "links": links(row.id), "token": token, "share": shown}
        return remembered(asked, cookie, answer, 202)
    live, token = await sharing.open_copy(share, cookie)
    card, more = live.card(), {"token": token, "share": shown}
    return remembered(asked, cookie, {**card, **more, "same_history": card["state_hash"] == share.state_hash})


def share_card(asked: Asked, share: Share, title: str, engine: str) -> dict[str, Any]:
    """A link as the API shows it."""
    return {
        "slug": share.slug,
        "url": f"{asked.site}/s/{share.slug}/",
        "title": title,
        "branch": share.branch,
        "event": share.number,
        "at": share.at,
        "state_hash": share.state_hash,
        "engine": engine,
        "view": share.view,
    }
