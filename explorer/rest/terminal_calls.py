"""Calls about the terminal: kubectl lines typed in the browser."""

from __future__ import annotations

from rest_framework.response import Response

from explorer import owner, runs, terminal
from explorer.live import LiveRun
from explorer.rest.answers import CandidatesSerializer, TypedSerializer
from explorer.rest.call import Asked, delete, get, post
from explorer.rest.serializers import CompletionSerializer, InputSerializer, LineSerializer

# How long a call waits for a line to be done, and for news of one that goes on (s).
WAIT_S, NEWS_S = 1.0, 10.0


@post(LineSerializer, TypedSerializer, 200)
async def type_line(asked: Asked, run_id: str) -> Response:
    """Carry out a line such as `kubectl get pods -A`; a here-document behind `-f -` is its stdin. Viewers may only look.

    Answers when it is done, or after a second with what it has printed so far: ask for more by its id.
    """
    live = await asked.run(run_id)
    typed = await terminal.of(live).type(live, asked.given["line"], asked.given["namespace"], _may_change(asked, live))
    await typed.finished(WAIT_S)
    return Response(typed.card())


@post(CompletionSerializer, CandidatesSerializer, 200)
async def complete_line(asked: Asked, run_id: str) -> Response:
    """What the word at the cursor may become: verbs, flags, resources, names. Changes nothing."""
    live = await asked.run(run_id)
    line = asked.given["line"][: asked.given.get("cursor")]
    found = await terminal.of(live).complete(live, line, asked.given["namespace"])
    return Response({"word": line.split()[-1] if line and not line[-1].isspace() else "", "candidates": found})


@get(TypedSerializer, since="lines that are known already")
async def follow_line(asked: Asked, run_id: str, line_id: str) -> Response:
    """What a line that goes on has printed since; waits up to ten seconds for news."""
    live = await asked.run(run_id)
    typed, since = terminal.of(live).find(line_id), asked.number("since", 0)
    await typed.news(since, NEWS_S)
    return Response(typed.card(since))


@post(InputSerializer, TypedSerializer, 200)
async def type_into(asked: Asked, run_id: str, line_id: str) -> Response:
    """Type into the session of a line (exec -it, attach, run -it): `text` with its line break; `eof` is Ctrl+D. 409 if it reads nothing."""
    live = await asked.run(run_id)
    typed, since = terminal.of(live).find(line_id), asked.given["since"]
    typed.feed(asked.given["text"], asked.given["eof"])
    await typed.news(since, WAIT_S)
    return Response(typed.card(since))


@delete(TypedSerializer)
async def stop_line(asked: Asked, run_id: str, line_id: str) -> Response:
    """Ctrl+C."""
    live = await asked.run(run_id)
    typed = terminal.of(live).find(line_id)
    typed.stop()
    await typed.finished(WAIT_S)
    return Response(typed.card())


def _may_change(asked: Asked, live: LiveRun) -> bool:
    return bool(runs.may_change(live, *owner.owner_of_request(asked.request._request)))
