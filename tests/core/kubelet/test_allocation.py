"""What was granted to a pod, beside what it wants."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.allocation import allocation_of, changed_resources, granted, pod_resources, summary


def pod(cpu: str, **init: Any) -> dict[str, Any]:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    spec: dict[str, Any] = {"containers": [container], **({"initContainers": [init]} if init else {})}
    return {"metadata": {"name": "web"}, "spec": spec}


def test_the_pod_as_it_was_granted() -> None:
    wanted, before = pod("2"), allocation_of(pod("1"))
    assert granted(wanted, None) is wanted
    assert granted(wanted, allocation_of(wanted)) is wanted
    old = granted(wanted, before)
    assert old["spec"]["containers"][0]["resources"] == {"requests": {"cpu": "1"}}
    assert wanted["spec"]["containers"][0]["resources"] == {"requests": {"cpu": "2"}}


def test_equal_amounts_are_no_change() -> None:
    assert changed_resources({"requests": {"cpu": "1000m"}}, {"requests": {"cpu": "1"}}) == []
    assert changed_resources({}, {"limits": {"memory": "1Gi"}}) == ["memory"]
    assert changed_resources({"requests": {"cpu": "1", "pods": "1"}}, {"requests": {"cpu": "2"}}) == ["cpu"]


def test_a_summary_reads_as_upstreams() -> None:
    told = summary(pod("1", name="i", resources={}), 3, "it's full")
    assert told == (
        '{"initContainers":[{"name":"i","resources":{}}],'
        '"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}],"generation":3,"error":"it\'s full"}'
    )


def test_the_resources_of_a_pod() -> None:
    assert pod_resources(pod("1")) == {"requests": {"cpu": "1"}}
    assert pod_resources({"metadata": {}, "spec": {"containers": [{"name": "c"}]}}) == {}
