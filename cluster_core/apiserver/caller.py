"""Who sends a request and why it may: authentication, impersonation and authorization, the first stages of every request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.authentication.identity import Identity, component
from cluster_core.apiserver.authentication.impersonation import impersonated
from cluster_core.apiserver.authorization.attributes import Attributes, Opinion, forbidden
from cluster_core.apiserver.authorization.authorizer import Authorizer, attributes_of
from cluster_core.apiserver.watch_cache import WatchCache


@dataclass(frozen=True, slots=True)
class Caller:
    """The user that a request counts for, who acts as that user if anybody does, and the decision to let the request in."""

    who: Identity
    decision: Opinion
    acting: str = ""

    def stages(self) -> dict[str, Any]:
        """For the trace."""
        shown = {"authentication": self.who.user, "authorization": self.decision.rule}
        return {**shown, "impersonated_by": self.acting} if self.acting else shown


def caller_of(request: Request, cache: WatchCache, authorizer: Authorizer) -> Caller:
    """Let a request in; raises 403 in upstream's words."""
    callers = authorizer.callers(cache)
    key = (request.user, tuple(request.groups), request.verb, request.resource, request.subresource, request.namespace)
    known: Caller | None = callers.get(key) if not request.impersonate else None
    if known is not None:
        return known
    caller = _judged(request, cache, authorizer)
    # The namespace that a request for a Namespace counts for is its name.
    if not request.impersonate and request.resource != "namespaces":
        if authorizer.is_general(caller.who, attributes_of(request)):
            callers[key] = caller
    return caller


def _judged(request: Request, cache: WatchCache, authorizer: Authorizer) -> Caller:
    sender = _identity(request.user, tuple(request.groups))
    who = _acting_as(sender, request.impersonate, cache, authorizer) if request.impersonate else sender
    return Caller(who, authorizer.check(cache, who, request), sender.user if who is not sender else "")


def check_path(request: Request, path: str, cache: WatchCache, authorizer: Authorizer) -> None:
    """Let a request to a path in that is no resource ("/healthz"); the request says user, groups and verb. Raises 403."""
    who = _identity(request.user, tuple(request.groups))
    if request.impersonate:
        who = _acting_as(who, request.impersonate, cache, authorizer)
    asked = Attributes(request.verb, path=path)
    decision = authorizer.decide(cache, who, asked)
    if not decision.allowed:
        raise forbidden(who.user, asked, decision.reason)


def _acting_as(who: Identity, impersonate: Obj, cache: WatchCache, authorizer: Authorizer) -> Identity:
    wanted, questions = impersonated(impersonate)
    for asked in questions:
        decision = authorizer.decide(cache, who, asked)
        if not decision.allowed:
            raise forbidden(who.user, asked, decision.reason)
    return wanted


@lru_cache(maxsize=4096)
def _identity(user: str, groups: tuple[str, ...]) -> Identity:
    """The edge says the groups of an outside client; those of a program of the cluster follow from its certificate or token."""
    return Identity(user, groups) if groups else component(user)
