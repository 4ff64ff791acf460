"""The chain of authorizers, with a memory of what was decided. Upstream: kube-apiserver --authorization-mode=Node,RBAC.

A decision holds until a role or a binding changes, so a request of a component costs one look-up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.authentication.identity import MASTERS, Identity
from cluster_core.apiserver.authorization import node, rbac
from cluster_core.apiserver.authorization.attributes import NO_OPINION, Attributes, Opinion, forbidden
from cluster_core.apiserver.watch_cache import WatchCache

PRIVILEGED = Opinion(True, "", {"authorizer": "PrivilegedGroups"})
REMEMBERED_MAX = 20_000
COLLECTIVE = ("list", "watch", "deletecollection")


class Authorizer:
    """Decides requests on what the watch cache knows of roles and bindings."""

    def __init__(self) -> None:
        self._stamp: tuple[int, ...] = ()
        self._known: dict[tuple[Identity, Attributes], Opinion] = {}
        self._callers: dict[tuple[Any, ...], Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Nothing of it needs to be in a checkpoint."""
        return {"_stamp": (), "_known": {}, "_callers": {}}

    def callers(self, cache: WatchCache) -> dict[tuple[Any, ...], Any]:
        """Who was let in, by user, groups, verb, resource and namespace, for whatever name; empty after a change of roles."""
        self._refresh(cache)
        return self._callers

    def is_general(self, who: Identity, asked: Attributes) -> bool:
        """Whether a request was allowed whatever the name of the object is."""
        if MASTERS in who.groups:
            return True
        known = self._known.get((who, _unnamed(asked)))
        if known is not None:
            return known.allowed
        return bool(who.node) and node.is_general(asked)

    def check(self, cache: WatchCache, who: Identity, request: Request) -> Opinion:
        """The decision about a request; raises 403 if it is not allowed."""
        asked = attributes_of(request)
        decision = self.decide(cache, who, asked, request.options.get("field_selector", ""))
        if not decision.allowed:
            raise forbidden(who.user, asked, decision.reason)
        return decision

    def decide(self, cache: WatchCache, who: Identity, asked: Attributes, field_selector: str = "") -> Opinion:
        """What the chain decides: the privileged group may do everything, then the Node authorizer, then RBAC."""
        if MASTERS in who.groups:
            return PRIVILEGED
        by_node = node.decide(cache, who, asked, field_selector) if who.node else NO_OPINION
        if by_node.allowed:
            return by_node
        by_rbac = self._by_rbac(cache, who, asked)
        if by_rbac.allowed or not by_node.reason:
            return by_rbac
        reasons = [by_node.reason, *([by_rbac.reason] if by_rbac.reason else [])]
        return Opinion(False, "\n".join(reasons))

    def rules_of(self, cache: WatchCache, who: Identity, namespace: str) -> tuple[list[Obj], list[str]]:
        """Every rule that somebody has in a namespace, and what could not be found out."""
        found = list(rbac.grants(cache, who, namespace))
        return [one.rule for one in found if not one.problem], [one.problem for one in found if one.problem]

    def _refresh(self, cache: WatchCache) -> None:
        changed = cache.changed
        stamp = tuple([changed.get(resource, 0) for resource in rbac.RESOURCES])
        if stamp != self._stamp or len(self._known) + len(self._callers) > REMEMBERED_MAX:
            self._stamp, self._known, self._callers = stamp, {}, {}

    def _by_rbac(self, cache: WatchCache, who: Identity, asked: Attributes) -> Opinion:
        self._refresh(cache)
        unnamed = _unnamed(asked)
        known = self._known.get((who, unnamed))
        if known is None:
            known = self._known[(who, unnamed)] = rbac.decide(cache, who, unnamed)
        if known.allowed or not asked.name:
            return known
        named = self._known.get((who, asked))
        if named is None:
            named = self._known[(who, asked)] = rbac.decide(cache, who, asked)
        return named


def attributes_of(request: Request) -> Attributes:
    """What a request asks for. Upstream: apiserver `endpoints/request/requestinfo.go`."""
    name, namespace = request.name, request.namespace
    if request.verb in COLLECTIVE:
        name = _selected_name(str(request.options.get("field_selector", "")))
    if request.resource == "namespaces" and name:
        namespace = name
    return _attributes(request.verb, request.resource, request.subresource, namespace, name)


@lru_cache(maxsize=4096)
def _attributes(verb: str, resource: str, subresource: str, namespace: str, name: str) -> Attributes:
    plural, _, group = _full_name(resource).partition(".")
    return Attributes(verb, group, plural, subresource, namespace, name)


def _unnamed(asked: Attributes) -> Attributes:
    if not asked.name or asked.path:
        return asked
    return _without_name(asked.verb, asked.group, asked.resource, asked.subresource, asked.namespace)


def _full_name(resource: str) -> str:
    """Programs of the cluster may leave the group out."""
    try:
        return by_resource(resource).resource
    except ApiError:
        return resource


@lru_cache(maxsize=4096)
def _without_name(verb: str, group: str, resource: str, subresource: str, namespace: str) -> Attributes:
    return Attributes(verb, group, resource, subresource, namespace)


def _selected_name(selector: str) -> str:
    for term in selector.split(","):
        key, _, value = term.replace("==", "=").partition("=")
        if key.strip() == "metadata.name":
            return value.strip()
    return ""
