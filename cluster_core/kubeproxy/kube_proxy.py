"""kube-proxy of a node: remembers what it has synced; its rules follow from that (see `ruleset`)."""

from __future__ import annotations

from typing import Any

from cluster_core.client.shared_watch import SharedReader
from cluster_core.dataplane.fabric import Fabric
from cluster_core.kubeproxy.ruleset import ProxyChains, Snapshot, program_jumps
from cluster_core.kubeproxy.service_port import ServicePort
from cluster_core.kubeproxy.service_rules import View
from cluster_core.kubeproxy.service_watch import ServiceWatch
from cluster_core.sim.kernel import US_PER_SECOND

TOLD_MAX = 3


class KubeProxy(SharedReader):
    """The process `kube-proxy/<node>`. Changes are gathered: at most one sync a second (--iptables-min-sync-period)."""

    PERIOD_US = US_PER_SECOND

    def __init__(self, sim: Any, node: str, fabric: Fabric, watch: ServiceWatch, cluster_cidr: str) -> None:
        super().__init__(sim, f"kube-proxy/{node}", node, watch)
        self.services = watch
        self.fabric = fabric
        self.view = View(node, fabric.stacks[node].address_of("eth0"), cluster_cidr)

    def take(self, since: int) -> None:
        """One sync: from now on packets meet the rules for the services as they are known now."""
        stack, snapshot = self.fabric.stacks[self.host], self.services.snapshot()
        before = stack.netfilter.sources.get("kube-proxy")
        stack.netfilter.sources["kube-proxy"] = ProxyChains(snapshot, self.view)
        if not isinstance(before, ProxyChains):
            program_jumps(stack.netfilter)
            stack.sysctls["net.ipv4.conf.all.route_localnet"] = 1
            self._tell(snapshot, self.services.changed_since(-1))
            return
        changed = self.services.changed_since(since)
        told = [key for key in changed if _served(before.snapshot, key) != _served(snapshot, key)]
        if told:
            self._tell(snapshot, told)

    def _tell(self, snapshot: Snapshot, changed: list[str]) -> None:
        """A sync that changes no rule is not told: most changes of a slice are about endpoints that do not serve."""
        self.record(
            "kube-proxy.synced",
            object=f"service/{changed[0]}" if len(changed) == 1 else f"node/{self.host}",
            node=self.host,
            services=len(snapshot.entries),
            endpoints=snapshot.endpoints,
            changed=changed[:TOLD_MAX],
            more=max(0, len(changed) - TOLD_MAX),
        )


def _served(snapshot: Snapshot, key: str) -> tuple[ServicePort, ...]:
    entry = snapshot.entries.get(key)
    return entry.served if entry is not None else ()
