"""How kubectl's calls and watches become requests inside the server, and what comes back becomes answers: for a terminal and for a seat."""

from __future__ import annotations

from typing import Any

import msgspec

from cluster_core.kubectl.conversation import Answer, Call, Events, KubectlError


def body_of(call: Call) -> tuple[bytes, str]:
    """The body of a call and its content type; both empty if it has none."""
    if call.body is None:
        return b"", ""
    body = call.body.encode() if isinstance(call.body, str) else msgspec.json.encode(call.body)
    return body, call.content_type if body else ""


def answer_to(call: Call, code: int, body: bytes, warnings: tuple[str, ...]) -> Answer:
    """What kubectl is given: text where it asked for text and got it, else what the JSON says."""
    plain = call.accept == "text" and code < 300
    return Answer(code, body.decode(errors="replace") if plain else read(body), warnings)


def read(body: bytes) -> Any:
    """JSON, or the text if it is none."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.decode(errors="replace")


def news(events: list[tuple[str, Any]]) -> Events:
    """The events of a watch that tell something; bookmarks do not. Raises KubectlError when the last one is the server's error."""
    if events[-1][0] == "ERROR":
        raise KubectlError(f"error: {events[-1][1].get('message', '')}")
    return [(kind, obj) for kind, obj in events if kind != "BOOKMARK"]
