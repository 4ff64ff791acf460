"""deletecollection: the deletions of everything that selectors find, and one answer for all of them.

Upstream: apiserver `registry/generic/registry/store.go`, DeleteCollection.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request, Response


@dataclass(slots=True)
class Collection:
    """A deletecollection under way: how many deletions are awaited, what they answered."""

    request: Request
    kind: Kind
    waiting: int
    items: list[Obj]
    failure: Response | None = None

    def add(self, response: Response) -> bool:
        """Count one answer (an object that is gone already does not matter); whether it was the last."""
        self.waiting -= 1
        if response.ok:
            self.items.append(response.body)
        elif response.reason != "NotFound" and self.failure is None:
            self.failure = response
        return self.waiting == 0


@dataclass(slots=True)
class CollectedRequest(Request):
    """The deletion of one object of a collection, which the API server asks of itself."""

    collection: Collection | None = None


def deletions(request: Request, kind: Kind, server: str, found: list[Obj]) -> list[CollectedRequest]:
    """One deletion per object, with the options and in the name of the user of the whole."""
    collection = Collection(request, kind, len(found), [])
    made = []
    for obj in found:
        meta, options = obj["metadata"], dict(request.options)
        one = CollectedRequest(request.id, server, request.user, "delete", kind.resource, options=options)
        one.namespace, one.name, one.collection = meta.get("namespace", ""), meta["name"], collection
        one.groups, one.caller = request.groups, request.caller
        made.append(one)
    return made
