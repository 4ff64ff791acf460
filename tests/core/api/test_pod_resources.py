"""What a pod asks for as a whole."""

from __future__ import annotations

from typing import Any

from cluster_core.api.pod_resources import pod_total


def container(cpu: str, **more: Any) -> dict[str, Any]:
    return {"name": "c", "resources": {"requests": {"cpu": cpu, "memory": "64Mi"}}, **more}


def test_containers_add_up_and_an_init_container_counts_if_it_asks_for_more() -> None:
    spec: dict[str, Any] = {"containers": [container("100m"), container("150m")], "initContainers": [container("200m")]}
    assert pod_total({"spec": spec}, "requests") == {"cpu": "250m", "memory": "128Mi"}
    spec["initContainers"] = [container("1")]
    assert pod_total({"spec": spec}, "requests")["cpu"] == "1"


def test_sidecars_run_beside_everything_and_overhead_is_on_top() -> None:
    sidecar = container("100m", restartPolicy="Always")
    spec: dict[str, Any] = {"containers": [container("100m")], "initContainers": [sidecar, container("300m")]}
    assert pod_total({"spec": spec}, "requests")["cpu"] == "400m"
    spec["overhead"] = {"cpu": "50m"}
    assert pod_total({"spec": spec}, "requests")["cpu"] == "450m"
    assert pod_total({"spec": spec}, "limits") == {}
