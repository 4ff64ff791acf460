"""What an admission plugin is asked, and what it may do. Upstream: apiserver `admission/{interfaces,attributes,errors}.go`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.authentication.identity import Identity
from cluster_core.apiserver.watch_cache import WatchCache
from cluster_core.apiserver.write import Context

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"
ANY = "*"


@dataclass(slots=True)
class Attributes:
    """One change on its way: `obj` as it shall be (None: a deletion), `old` as it was (None: a creation)."""

    operation: str
    kind: Kind
    request: Request
    context: Context
    obj: Obj
    old: Obj | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def cache(self) -> WatchCache:
        """What is stored."""
        return self.context.cache

    @property
    def namespace(self) -> str:
        """Of the object, "" for one without."""
        return self.request.namespace if self.kind.namespaced else ""

    @property
    def who(self) -> Identity:
        """The user that the request counts for."""
        found: Identity = self.request.caller.who
        return found

    def refused(self, why: str, name: str | None = None) -> ApiError:
        """403 in upstream's words; the name is the object's, or that of the request before one was generated."""
        shown = name if name is not None else self.obj["metadata"].get("name", "")
        message = f'{self.kind.resource} "{shown}" is forbidden: {why}'
        details = {"name": shown, "group": self.kind.group, "kind": self.kind.plural}
        return ApiError(403, "Forbidden", message, {key: value for key, value in details.items() if value})

    def given_name(self) -> str:
        """The name that the client gave, or the beginning of one that is to be generated."""
        body = self.request.body if isinstance(self.request.body, dict) else {}
        meta = body.get("metadata") or {}
        return str(meta.get("name") or meta.get("generateName") or self.request.name)


class Plugin:
    """An admission plugin. `points` are the (operation, resource, subresource) that it takes part in; "*" stands for any resource."""

    name: ClassVar[str]
    points: ClassVar[tuple[tuple[str, str, str], ...]]

    def admit(self, attributes: Attributes) -> Obj:
        """The object as the plugin makes it; raises 403."""
        return attributes.obj

    def validate(self, attributes: Attributes) -> None:
        """Raise 403 for what may not be."""
