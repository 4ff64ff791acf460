"""Claims that ask for more than they have: the drivers' own resizers grow them. Upstream: `pkg/controller/volume/expand`.

Real Kubernetes' loop also grows the volumes of drivers that are built in; none of those is left that can.
"""

from __future__ import annotations

from cluster_core.api.objects import key as key_of
from cluster_core.api.quantity import parse
from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import CLAIMS, VOLUMES, is_bound_to, requested
from cluster_core.api.volume_source import driver_of
from cluster_core.client.controller import Controller, Plan

WAITING = "waiting for an external controller to expand this PVC"


class ExpandController(Controller):
    """Says of a claim that has to grow whose work that is."""

    name = "persistentvolume-expander-controller"
    source = "volume_expand"
    account = "expand-controller"
    resources = (CLAIMS, VOLUMES)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A bound claim whose request grew."""
        if resource != CLAIMS or new is None or old is None or requested(new) <= requested(old):
            return []
        return [key_of(new)]

    def reconcile(self, key: str) -> Plan | None:
        """One Event."""
        claim = self.informer(CLAIMS).get(key)
        if claim is None:
            return None
        status = claim.get("status") or {}
        volume = self.informer(VOLUMES).get(claim["spec"].get("volumeName", ""))
        has = parse((status.get("capacity") or {}).get("storage", "0"))
        if volume is not None and is_bound_to(volume, claim) and requested(claim) > has:
            self.events.event(claim, "Normal" if driver_of(volume) else "Warning", "ExternalExpanding", WAITING)
        return Plan()
