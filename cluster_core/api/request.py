"""The messages between a client of the API server and the API server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.sim.process import Message

Obj = dict[str, Any]


@dataclass(slots=True)
class Request(Message):
    """One API call. `resource` is "pods" or "deployments.apps"; `source` the process to answer; `user` and `groups` who asks.

    `version` is the version of the group that the client speaks ("" = the one that objects are stored in). `impersonate` is whom
    the user wants to act as: {"user", "groups", "uid", "extra"}, None for nobody else.

    verb: create get list watch update patch delete deletecollection.
    options, as texts of a query or as typed values: resource_version, label_selector, field_selector; of a list resource_version_match,
    limit, continue; of a watch send_initial_events, allow_bookmarks; of a write dry_run, field_manager, field_validation ("Ignore" |
    "Warn" | "Strict"), duplicate_fields (paths that a parser found twice); of a patch patch_type ("merge" | "strategic" | "json" |
    "apply"), force; of a delete (or in its body, a DeleteOptions) grace_period (s), propagation_policy, orphan_dependents,
    preconditions {"uid", "resourceVersion"}.
    """

    handler = "on_request"

    id: int
    source: str
    user: str
    verb: str
    resource: str
    namespace: str = ""
    name: str = ""
    body: Any = None
    subresource: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    groups: tuple[str, ...] = ()
    impersonate: Obj | None = None
    # Set by the API server: the user that the request counts for, and the decision that let it in (`apiserver.caller.Caller`).
    caller: Any = None


@dataclass(slots=True)
class Response(Message):
    """The answer to a request: HTTP status `code`; `body` is the object, the list ({"items", "metadata"}) or a Status.

    `warnings` are texts for the client's user (HTTP header Warning, code 299).
    """

    handler = "on_response"

    id: int
    code: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.code < 300

    @property
    def reason(self) -> str:
        """Status reason of a failure ("NotFound", "Conflict" …), "" on success."""
        return "" if self.code < 300 else str(self.body.get("reason", ""))


@dataclass(slots=True)
class WatchBatch(Message):
    """Watch events of one tick for one watch: [(type, object)], type ADDED | MODIFIED | DELETED, up to `revision`.

    `watch_id` is the id of the watch request.
    """

    handler = "on_watch_batch"

    watch_id: int
    revision: int
    events: list[tuple[str, Obj]]


@dataclass(slots=True)
class WatchClosed(Message):
    """The API server ends a watch; `status` is the reason (410 Expired: list again)."""

    handler = "on_watch_closed"

    watch_id: int
    status: Obj
