"""The messages between a client and the API server."""

from __future__ import annotations

import pickle

from cluster_core.api.request import Request, Response, WatchBatch, WatchClosed


def test_responses_tell_success_and_reason() -> None:
    assert Response(1, 201, {}).ok
    assert Response(1, 201, {"reason": "x"}).reason == ""
    refused = Response(1, 409, {"reason": "Conflict"})
    assert (refused.ok, refused.reason) == (False, "Conflict")


def test_messages_are_plain_data() -> None:
    messages = [Request(1, "kubectl", "u", "get", "pods"), Response(1, 200, {}), WatchClosed(1, {})]
    for message in messages:
        assert pickle.loads(pickle.dumps(message)) == message
    assert {message.handler for message in (*messages, WatchBatch)} == {
        "on_request",
        "on_response",
        "on_watch_closed",
        "on_watch_batch",
    }
