"""The order in which nodes are looked at: from zone to zone. Upstream: `pkg/scheduler/backend/cache/node_tree.go`."""

from __future__ import annotations

from itertools import zip_longest

from cluster_core.scheduler.node_info import NodeInfo

REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"


def in_order(nodes: dict[str, NodeInfo]) -> dict[str, NodeInfo]:
    """One node of each zone in turn, zones and the nodes of a zone by name.

    Real Kubernetes takes both in the order in which they came.
    """
    zones: dict[tuple[str, str], list[str]] = {}
    for name in sorted(nodes):
        labels = nodes[name].labels
        zones.setdefault((labels.get(REGION, ""), labels.get(ZONE, "")), []).append(name)
    rounds = zip_longest(*(zones[zone] for zone in sorted(zones)))
    return {name: nodes[name] for turn in rounds for name in turn if name is not None}
