"""deletecollection: the deletions of everything that selectors find, and one answer for all of them.

Upstream: apiserver `registry/generic/registry/store.go`, DeleteCollection.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request, Response


@dataclass(slots=True)
class Collection:
    """A deletecollection under way: how many deletions are awaited, and the list that it answers: what there was, as it was."""

    request: Request
    waiting: int
    answer: Obj
    failure: Response | None = None

    def add(self, response: Response) -> bool:
        """Count one answer (an object that is gone already does not matter); whether it was the last."""
        self.waiting -= 1
        if not response.ok and response.reason != "NotFound" and self.failure is None:
            self.failure = response
        return self.waiting == 0


@dataclass(slots=True)
class CollectedRequest(Request):
    """The deletion of one object of a collection, which the API server asks of itself."""

    collection: Collection | None = None


def deletions(request: Request, kind: Kind, server: str, answer: Obj) -> list[CollectedRequest]:
    """One deletion per object of a list, with the options and in the name of the user of the whole."""
    found = answer["items"]
    collection = Collection(request, len(found), answer)
    made = []
    for obj in found:
        meta, options = obj["metadata"], dict(request.options)
        one = CollectedRequest(request.id, server, request.user, "delete", kind.resource, options=options)
        one.namespace, one.name, one.collection = meta.get("namespace", ""), meta["name"], collection
        one.groups, one.caller, one.body = request.groups, request.caller, request.body
        made.append(one)
    return made
