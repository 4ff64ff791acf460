"""What an authorizer is asked, and what it answers. Upstream: apiserver `authorization/authorizer/interfaces.go`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.errors import ApiError


@dataclass(frozen=True, slots=True)
class Attributes:
    """One question: may somebody `verb` this? Either a resource or, with `path`, a URL that is none."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def combined(self) -> str:
        """ "pods" or "pods/log"."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@dataclass(frozen=True, slots=True)
class Opinion:
    """What came of it. `rule` is what the trace keeps: who decided, on which rule of which role, for what reason."""

    allowed: bool
    reason: str = ""
    rule: dict[str, Any] = field(default_factory=dict)


NO_OPINION = Opinion(False)


def forbidden(user: str, asked: Attributes, reason: str = "") -> ApiError:
    """403 in upstream's words (apiserver `endpoints/handlers/responsewriters/errors.go`)."""
    if asked.path:
        return ApiError(403, "Forbidden", f'forbidden: User "{user}" cannot {asked.verb} path "{asked.path}"')
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    why = f'User "{user}" cannot {asked.verb} resource "{asked.combined}" in API group "{asked.group}" {where}'
    if reason:
        why = f"{why}: {reason}"
    resource = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    named = f'{resource} "{asked.name}"' if asked.name else resource
    details = {"name": asked.name, "group": asked.group, "kind": asked.resource}
    return ApiError(403, "Forbidden", f"{named} is forbidden: {why}", {k: v for k, v in details.items() if v})
