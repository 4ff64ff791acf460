"""Acting as somebody else. Upstream: apiserver `endpoints/filters/impersonation.go`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster_core.api.errors import bad_request
from cluster_core.api.request import Obj
from cluster_core.apiserver.authentication.identity import (
    ANONYMOUS,
    AUTHENTICATED,
    UNAUTHENTICATED,
    Identity,
    account_groups,
    account_of,
)
from cluster_core.apiserver.authorization.attributes import Attributes

GROUP = "authentication.k8s.io"


def impersonated(wanted: Obj) -> tuple[Identity, list[Attributes]]:
    """Whom a request wants to act as, and what its user must be allowed for that. Raises 400 for a group without a user.

    `wanted`: {"user", "groups", "uid", "extra"}.
    """
    user = str(wanted.get("user") or "")
    groups = tuple(str(group) for group in wanted.get("groups") or ())
    uid, extra = str(wanted.get("uid") or ""), _extra(wanted.get("extra"))
    if not user:
        raise bad_request(f"requested {list(_questions('', groups, uid, extra))} without impersonating a user")
    questions = list(_questions(user, groups, uid, extra))
    return Identity(user, groups or _usual_groups(user), uid, extra), questions


def _extra(given: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = (given or {}).items() if isinstance(given, dict) else ()
    return tuple((str(name).lower(), tuple(str(value) for value in values)) for name, values in pairs)


def _questions(
    user: str, groups: tuple[str, ...], uid: str, extra: tuple[tuple[str, tuple[str, ...]], ...]
) -> Iterator[Attributes]:
    account = account_of(user)
    if account is not None:
        yield Attributes("impersonate", "", "serviceaccounts", namespace=account[0], name=account[1])
    elif user:
        yield Attributes("impersonate", "", "users", name=user)
    for group in groups:
        yield Attributes("impersonate", "", "groups", name=group)
    for name, values in extra:
        for value in values:
            yield Attributes("impersonate", GROUP, "userextras", name, name=value)
    if uid:
        yield Attributes("impersonate", GROUP, "uids", name=uid)


def _usual_groups(user: str) -> tuple[str, ...]:
    if user == ANONYMOUS:
        return (UNAUTHENTICATED,)
    account = account_of(user)
    return (*(account_groups(account[0]) if account is not None else ()), AUTHENTICATED)
