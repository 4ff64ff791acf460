"""LimitRanger."""

from __future__ import annotations

from typing import Any

from tests.core.apiserver.plane import Plane


def limited(*limits: dict[str, Any]) -> Plane:
    plane = Plane()
    plane.made("limitranges", {"metadata": {"name": "lr"}, "spec": {"limits": list(limits)}})
    return plane


def asking(requests: dict[str, str] | None = None, limits: dict[str, str] | None = None) -> dict[str, Any]:
    resources = {name: values for name, values in (("requests", requests), ("limits", limits)) if values}
    container = {"name": "c", "image": "nginx", "resources": resources}
    return {
        "metadata": {"name": "p"},
        "spec": {"containers": [container], "initContainers": [{**container, "name": "i"}]},
    }


def test_defaults_are_filled_in_and_told() -> None:
    plane = limited(
        {"type": "Container", "default": {"cpu": "200m"}, "defaultRequest": {"cpu": "150m", "memory": "1Mi"}}
    )
    made = plane.made("pods", asking({"cpu": "100m"}))
    resources = made["spec"]["containers"][0]["resources"]
    assert resources == {"requests": {"cpu": "100m", "memory": "1Mi"}, "limits": {"cpu": "200m"}}
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: memory request for container c; cpu limit for container c; "
        "memory request for init container i; cpu limit for init container i"
    )


def test_bounds() -> None:
    plane = limited(
        {"type": "Container", "min": {"cpu": "100m"}, "max": {"cpu": "500m"}, "maxLimitRequestRatio": {"memory": "2"}}
    )

    def refusal(requests: dict[str, str], limits: dict[str, str]) -> str:
        answer = plane.ask("create", "pods", namespace="default", body=asking(requests, limits))
        return str(answer.body["message"]).removeprefix('pods "p" is forbidden: ')

    fine = {"cpu": "200m", "memory": "1Mi"}
    assert refusal({**fine, "cpu": "50m"}, fine) == "minimum cpu usage per Container is 100m, but request is 50m"
    assert refusal(fine, {**fine, "cpu": "0.6"}) == "maximum cpu usage per Container is 500m, but limit is 600m"
    assert refusal({"cpu": "200m"}, {"cpu": "200m"}) == (
        "memory max limit to request ratio per Container is 2, but no request is specified or request is 0"
    )
    assert refusal(fine, {**fine, "memory": "3Mi"}) == (
        "memory max limit to request ratio per Container is 2, but provided ratio is 3.000000"
    )
    two = refusal({**fine, "cpu": "50m"}, {**fine, "memory": "3Mi"})
    assert two.startswith("[minimum cpu usage per Container is 100m, but request is 50m, memory max limit")


def test_pods_as_a_whole_and_claims() -> None:
    plane = limited(
        {"type": "Pod", "max": {"cpu": "150m"}},
        {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}},
    )
    cpu = {"cpu": "100m"}
    plane.made("pods", asking(cpu, cpu))
    over = asking({"cpu": "200m"}, {"cpu": "200m"})
    over["metadata"]["name"] = "q"
    answer = plane.ask("create", "pods", namespace="default", body=over)
    assert answer.body["message"].endswith("maximum cpu usage per Pod is 150m, but limit is 200m")
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}
    claim = plane.ask(
        "create", "persistentvolumeclaims", namespace="default", body={"metadata": {"name": "d"}, "spec": spec}
    )
    assert claim.body["message"].endswith("maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi")
