"""The door of a run's Kubernetes API: which run, who asks, whether there is room. Authorization is the simulated cluster's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from cluster_core.api.errors import ApiError, bad_request
from cluster_core.api.request import Request
from explorer import runs
from explorer.kubeapi import credentials
from explorer.kubeapi.credentials import PATH, TOKEN
from explorer.kubeapi.exchange import Exchange
from explorer.live import LiveRun
from explorer.owner import bearer
from explorer.storage import UnknownRun

ADMIN = "kubernetes-admin"
ADMIN_GROUPS = ("kubeadm:cluster-admins", "system:authenticated")
IMPERSONATED_GROUPS_MAX = 64
SOURCE = "clients"


@dataclass(slots=True)
class Visitor:
    """Somebody who may speak to a run. `impersonate` is whom they want to act as."""

    live: LiveRun
    user: str
    groups: tuple[str, ...]
    impersonate: dict[str, Any] | None = None

    def request(self, verb: str, resource: str, **fields: Any) -> Request:
        """A request of this visitor to the simulated API server."""
        return Request(0, SOURCE, self.user, verb, resource, groups=self.groups, impersonate=self.impersonate, **fields)


def unauthorized() -> ApiError:
    """401, as upstream says it to everybody who is not known."""
    return ApiError(401, "Unauthorized", "Unauthorized")


async def enter(exchange: Exchange, variant: str, key: str) -> Visitor:
    """Who asks: `key` is the run of a token's address, or the secret of an address that is one. Raises 401."""
    token = bearer(exchange.header("authorization"))
    if variant == PATH:
        way = await credentials.find(key, PATH)
        if way is None:
            raise unauthorized()
        run_id, is_admin = way.run_id, not exchange.header("authorization")
    else:
        way = await credentials.find(token, TOKEN)
        run_id, is_admin = key, way is not None and way.run_id == key
    inner = None if is_admin else credentials.verified(run_id, token)
    if not is_admin and inner is None:
        raise unauthorized()
    try:
        live = await runs.find(run_id)
    except UnknownRun as error:
        raise unauthorized() from error
    await live.settled()
    impersonate = impersonated(exchange)
    if inner is None:
        return Visitor(live, ADMIN, ADMIN_GROUPS, impersonate)
    return _service_account(live, inner, impersonate)


def impersonated(exchange: Exchange) -> dict[str, Any] | None:
    """Whom the Impersonate-… headers name. Upstream: apiserver `endpoints/filters/impersonation`."""
    user, groups, uid, extra = "", [], "", {}
    for name, values in exchange.headers():
        if name == "impersonate-user":
            user = values[0]
        elif name == "impersonate-group":
            groups = values
        elif name == "impersonate-uid":
            uid = values[0]
        elif name.startswith("impersonate-extra-"):
            extra[unquote(name.removeprefix("impersonate-extra-"))] = values
    if len(groups) + len(extra) > IMPERSONATED_GROUPS_MAX:
        raise bad_request(f"at most {IMPERSONATED_GROUPS_MAX} groups and extra fields can be impersonated")
    if not user:
        if groups or uid or extra:
            raise bad_request("requested groups, uid or extra fields without impersonating a user")
        return None
    return {"user": user, "groups": groups, "uid": uid, "extra": extra}


def _service_account(live: LiveRun, token: str, impersonate: dict[str, Any] | None) -> Visitor:
    """Whose token it is, as the simulated API server finds it: expired ones, and those of deleted accounts, are nobody's."""
    identity = live.cluster.world.apiserver.authenticator.of(token)
    if identity is None:
        raise unauthorized()
    return Visitor(live, identity.user, tuple(identity.groups), impersonate)
