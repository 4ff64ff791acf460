"""How fast nodes that are silent may be taken as lost, zone by zone: one every ten seconds; none where half of a small zone is silent.

Upstream: `handleDisruption` and `ComputeZoneState` in `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, `scheduler/rate_limited_queue.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.api.objects import condition
from cluster_core.api.request import Obj

NORMAL_US, LARGE_PARTIAL_US = 10_000_000, 100_000_000
UNHEALTHY, UNHEALTHY_MIN, LARGE_ZONE = 0.55, 2, 50
EXCLUDED = "node.kubernetes.io/exclude-disruption"
LABELS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


@dataclass(slots=True)
class Zone:
    """The nodes of a zone by whether they are ready; from `free_at` (µs) on one more may get its taint."""

    ready: int = 0
    silent: int = 0
    free_at: int = 0
    state: str = "Normal"

    def disruption(self) -> str:
        """Upstream's state of the zone: Normal, PartialDisruption or FullDisruption."""
        if not self.ready and self.silent:
            return "FullDisruption"
        partial = self.silent > UNHEALTHY_MIN and self.silent / (self.silent + self.ready) >= UNHEALTHY
        return "PartialDisruption" if partial else "Normal"

    def period(self) -> int | None:
        """µs between two nodes in the zone's state, None if there is to be none."""
        if self.state != "PartialDisruption":
            return NORMAL_US
        return LARGE_PARTIAL_US if self.silent + self.ready > LARGE_ZONE else None


@dataclass(slots=True)
class Zones:
    """What is known of all nodes: (zone, whether ready) by name, and since when (µs) that is so."""

    nodes: dict[str, tuple[str, bool]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    all_lost: bool = False

    def note(self, name: str, node: Obj | None, now: int) -> None:
        """A node came, changed or went."""
        before, after = self.nodes.pop(name, None), None
        if node is not None and EXCLUDED not in (node["metadata"].get("labels") or {}):
            ready = condition(node, "Ready")
            after = self.nodes[name] = (zone_of(node), ready is not None and ready["status"] == "True")
        if before == after:
            return
        if before is not None:
            self._count(before, -1)
            del self.since[name]
        if after is not None:
            self._count(after, 1)
            self.since[name] = now

    def look(self, now: int) -> list[str] | None:
        """Compare the zones' states with those before: the nodes to judge again, None if nothing has changed."""
        states = {name: zone.disruption() for name, zone in self.zones.items() if zone.ready or zone.silent}
        lost = bool(states) and all(state == "FullDisruption" for state in states.values())
        changed = [name for name, state in states.items() if self.zones[name].state != state]
        for name in changed:
            self._enter(self.zones[name], states[name], now)
        if lost != self.all_lost:
            self.all_lost = lost
            return list(self.nodes)
        return (
            [name for name, (zone, ready) in self.nodes.items() if zone in changed and not ready] if changed else None
        )

    def wait(self, zone: str, now: int) -> int | None:
        """How long a silent node must still wait for its taint: µs, 0 if it may have it now, None until the zone's state changes."""
        found = self.zones.get(zone)
        if self.all_lost or found is None or found.period() is None:
            return None
        return max(0, found.free_at - now)

    def take(self, zone: str, now: int) -> None:
        """A node gets its taint."""
        found = self.zones[zone]
        found.free_at = now + (found.period() or 0)

    def _count(self, node: tuple[str, bool], sign: int) -> None:
        zone = self.zones.setdefault(node[0], Zone())
        if node[1]:
            zone.ready += sign
        else:
            zone.silent += sign

    @staticmethod
    def _enter(zone: Zone, state: str, now: int) -> None:
        """Another pace: who has just been let through makes the next one wait for it, too."""
        zone.state = state
        if zone.free_at > now:
            zone.free_at = now + (zone.period() or 0)


def zone_of(node: Obj) -> str:
    """The zone of a node, "" if its labels tell none. Upstream: `k8s.io/component-helpers/node/topology`."""
    labels = node["metadata"].get("labels") or {}
    region, zone = (labels.get(name, "") for name in LABELS)
    return f"{region}:{zone}" if region or zone else ""
