"""One answer for many deletions."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request, Response
from cluster_core.apiserver.collection import deletions

REQUEST = Request(3, "client", "jane", "deletecollection", "pods", "default", options={"grace_period": 5})
FOUND = {"items": [{"metadata": {"name": name, "namespace": "default"}} for name in "abc"]}


def test_each_deletion_is_the_users_with_the_options() -> None:
    made = deletions(REQUEST, by_resource("pods"), "apiserver", FOUND)
    assert [(one.name, one.user, one.verb, one.options) for one in made] == [
        (name, "jane", "delete", {"grace_period": 5}) for name in "abc"
    ]


def test_the_last_answer_ends_it_and_the_first_failure_counts() -> None:
    collection = deletions(REQUEST, by_resource("pods"), "apiserver", FOUND)[0].collection
    assert collection is not None
    assert not collection.add(Response(3, 200, {}))
    assert not collection.add(Response(3, 404, {"reason": "NotFound"}))
    assert collection.failure is None
    assert collection.add(Response(3, 409, {"reason": "Conflict"}))
    assert collection.answer is FOUND
    assert collection.failure is not None
    assert collection.failure.reason == "Conflict"
