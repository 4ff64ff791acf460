"""Whether a node takes a pod that was bound to it."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.admission import claim_of, refusal

NODE = {"cpu": "2", "memory": "4Gi", "pods": "3", "ephemeral-storage": "10Gi"}


def pod(cpu: str = "", port: int = 0, inits: tuple[Any, ...] = ()) -> Any:
    container: dict[str, Any] = {"name": "c", "resources": {"requests": {"cpu": cpu}} if cpu else {}}
    if port:
        container["ports"] = [{"containerPort": 80, "hostPort": port}]
    return {"spec": {"containers": [container], "initContainers": list(inits)}}


def test_claims_add_up_and_the_largest_init_container_counts() -> None:
    init = {"name": "i", "resources": {"requests": {"cpu": "900m"}}}
    sidecar = {"name": "s", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}}
    assert claim_of(pod("500m")).requests["cpu"] == 500
    assert claim_of(pod("500m", inits=(init,))).requests["cpu"] == 900
    assert claim_of(pod("500m", inits=(sidecar,))).requests["cpu"] == 600


def test_refusals_in_the_kubelets_words() -> None:
    taken = [claim_of(pod("1500m", port=8080))]
    full = refusal(claim_of(pod("600m")), taken, NODE)
    assert full is not None
    assert (full.reason, full.message) == (
        "OutOfcpu",
        "Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000",
    )
    port = refusal(claim_of(pod(port=8080)), taken, NODE)
    assert port is not None
    assert port.reason == "NodePorts"
    many = refusal(claim_of(pod()), [claim_of(pod())] * 3, NODE)
    assert many is not None
    assert many.reason == "OutOfpods"
    assert refusal(claim_of(pod("500m", port=8081)), taken, NODE) is None
