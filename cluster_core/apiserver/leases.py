"""Leases as closed formulas: a holder that lives and is connected renews on its period, without a single event.

Real Kubernetes writes each renewal to etcd. Here a Lease with the annotation `sim.orrery/renews-every` shows the last multiple of
its period before now; when its holder stops or is cut off, the time of its last renewal is written and the annotation goes.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import set_fields
from cluster_core.api.request import Obj, Request
from cluster_core.api.timestamp import micro, parse

LEASES = "leases.coordination.k8s.io"
RENEWS_EVERY = "sim.orrery/renews-every"
RENEWED_BY = "sim.orrery/renewed-by"


def renewing(lease: Obj) -> bool:
    """Whether the renewals of a Lease are derived."""
    return RENEWS_EVERY in (lease["metadata"].get("annotations") or {})


def holder_process(lease: Obj) -> str:
    """The process that renews a Lease."""
    annotations = lease["metadata"].get("annotations") or {}
    return str(annotations.get(RENEWED_BY) or f"kubelet/{lease['spec'].get('holderIdentity', '')}")


def shown(lease: Obj, now: int) -> Obj:
    """The Lease as a client reads it at `now`."""
    return set_fields(lease, "spec", renewTime=micro(_last_renewal(lease, now))) if renewing(lease) else lease


def frozen(lease: Obj, now: int) -> Obj:
    """The Lease as it is left when its holder stops at `now`."""
    annotations = {name: value for name, value in lease["metadata"]["annotations"].items() if name != RENEWS_EVERY}
    return set_fields(shown(lease, now), "metadata", annotations=annotations)


def is_renewed(lease: Obj, sim: Any, server: str) -> bool:
    """Whether the holder of a Lease is there and reaches the API server."""
    holder = holder_process(lease)
    return holder in sim.processes and bool(sim.links.connected(sim, holder, server))


def freeze(lease: Obj, now: int, server: str) -> Request:
    """The write that leaves a Lease as its holder did, which the API server asks of itself."""
    meta = lease["metadata"]
    body = frozen(lease, now)
    return Request(0, server, "system:apiserver", "update", LEASES, meta["namespace"], meta["name"], body)


def _last_renewal(lease: Obj, now: int) -> int:
    period = int(lease["metadata"]["annotations"][RENEWS_EVERY].rstrip("s")) * 1_000_000
    since = parse(lease["spec"]["renewTime"])
    return since + max(0, now - since) // period * period
