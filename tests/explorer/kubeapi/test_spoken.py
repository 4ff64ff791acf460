"""kubectl's calls as requests, and what comes back."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.conversation import Call, KubectlError
from explorer.kubeapi.spoken import answer_to, body_of, news


def test_a_body_is_text_or_json_or_none() -> None:
    assert body_of(Call("GET", "/api")) == (b"", "")
    call = Call("POST", "/api", body={"a": 1}, content_type="application/json")
    assert body_of(call) == (b'{"a":1}', "application/json")
    assert body_of(Call("PATCH", "/api", body="a: 1", content_type="application/apply-patch+yaml"))[0] == b"a: 1"


def test_text_stays_text_where_it_was_asked_for() -> None:
    call = Call("GET", "/logs", accept="text")
    assert answer_to(call, 200, b"1", ()).body == "1"
    assert answer_to(call, 404, b'{"code": 404}', ()).body == {"code": 404}
    assert answer_to(Call("GET", "/api"), 200, b"not json", ("w",)).body == "not json"


def test_bookmarks_tell_nothing_and_an_error_ends_the_line() -> None:
    assert news([("ADDED", {"a": 1}), ("BOOKMARK", {})]) == [("ADDED", {"a": 1})]
    with pytest.raises(KubectlError, match="too old"):
        news([("ADDED", {}), ("ERROR", {"message": "too old"})])
