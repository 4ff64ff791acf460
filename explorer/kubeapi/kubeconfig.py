"""The kubeconfig of a run: what `kubectl --kubeconfig` and every client library read.

A kubeconfig never names a program to run (`exec`, `auth-provider`): one that comes from a web page must be harmless.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings

from explorer import certificates
from explorer.kubeapi import credentials
from explorer.refusal import Refusal

NO_TLS = (
    "this server speaks no HTTPS that clients could trust, and kubectl sends no token over plain HTTP: "
    "set ORRERY_PUBLIC_URL to its https address, or ask for ?variant=http (its address is the secret)"
)


def written(run_id: str, variant: str, site: str, secret: str) -> str:
    """The YAML. `site` is the address of this server as the one who asks knows it."""
    name = f"orrery-{run_id}"
    user: dict[str, Any] = {} if variant == credentials.PATH else {"token": secret}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster(run_id, variant, site, secret)}],
        "users": [{"name": f"kubernetes-admin@{name}", "user": user}],
        "contexts": [
            {"name": name, "context": {"cluster": name, "namespace": "default", "user": f"kubernetes-admin@{name}"}}
        ],
        "current-context": name,
        "preferences": {},
    }
    return yaml.safe_dump(config, sort_keys=False)


def cluster(run_id: str, variant: str, site: str, secret: str) -> dict[str, Any]:
    """Where the API server is, and by what it is known."""
    if variant == credentials.PATH:
        # Where TLS is this server's own, this variant is for clients that do not know its authority.
        plain = site if _ended_in_front() else "http://" + site.partition("://")[2]
        return {"server": f"{plain}/k8s-open/{secret}"}
    scheme, trusted = secure(site)
    server = f"{scheme}{site.partition('://')[2]}/k8s/{run_id}"
    found: dict[str, Any] = {"server": server}
    if trusted is not None:
        found["certificate-authority-data"] = base64.b64encode(trusted).decode()
    return found


def secure(site: str) -> tuple[str, bytes | None]:
    """("https://", the authority's PEM or None if the public ones vouch for it). Refuses where there is no HTTPS."""
    if _ended_in_front() and site.startswith("https://"):
        return "https://", None
    ours = certificates.served
    if ours is None or _ended_in_front():
        raise Refusal(409, NO_TLS)
    host = urlsplit(site).hostname
    ours.cover([host] if host else [])
    return "https://", ours.authority_pem()


def _ended_in_front() -> bool:
    """Whether a proxy in front of this server speaks to the clients."""
    return bool(settings.PUBLIC_URL or settings.PROXIES)
