"""Services with their slices, as the kube-proxies share them."""

from __future__ import annotations

from typing import Any

from cluster_core.kubeproxy.service_watch import SLICES, ServiceWatch, service_of
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace


def watch() -> ServiceWatch:
    return ServiceWatch(Simulation(Streams(1), Links(), Trace(10), 10), "control-plane")


def put(found: ServiceWatch, resource: str, obj: dict[str, Any], gone: bool = False) -> None:
    """A watch event."""
    key = f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
    old = found.informers[resource].put(key, None if gone else obj)
    found.on_change(resource, old, None if gone else obj)


SERVICE: dict[str, Any] = {
    "metadata": {"namespace": "default", "name": "web"},
    "spec": {"clusterIP": "10.96.0.9", "ports": []},
}


def part(name: str, addresses: int) -> dict[str, Any]:
    meta = {"namespace": "default", "name": name, "labels": {"kubernetes.io/service-name": "web"}}
    return {
        "metadata": meta,
        "ports": [{"port": 80}],
        "endpoints": [{"addresses": [f"10.244.1.{n}"]} for n in range(addresses)],
    }


def test_an_entry_joins_a_service_with_its_slices_in_any_order() -> None:
    found = watch()
    put(found, SLICES, part("a", 2))
    assert found.entries == {} and found.endpoints == 0
    put(found, "services", SERVICE)
    put(found, SLICES, part("b", 3))
    assert (len(found.entries["default/web"].slices), found.endpoints) == (2, 5)
    put(found, SLICES, part("a", 2), gone=True)
    assert found.endpoints == 3
    put(found, "services", SERVICE, gone=True)
    assert found.entries == {} and found.endpoints == 0


def test_a_snapshot_stays_and_is_shared_until_something_changes() -> None:
    found = watch()
    put(found, "services", SERVICE)
    first = found.snapshot()
    assert found.snapshot() is first
    put(found, SLICES, part("a", 2))
    assert found.snapshot() is not first
    assert first.endpoints == 0 and found.snapshot().endpoints == 2


def test_a_slice_without_a_service_concerns_nobody() -> None:
    found = watch()
    stray = {"metadata": {"namespace": "default", "name": "x"}, "endpoints": []}
    assert tuple(service_of(stray)) == () and tuple(service_of(part("a", 1))) == ("default/web",)
    put(found, SLICES, stray)
    assert found.version == 0
