"""What Go's types write of an object though it is empty."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubectl.typed import as_typed

POD: dict[str, Any] = {"spec": {"containers": [{"name": "a", "image": "b"}]}}


def test_a_deployment_has_a_strategy_and_a_template_without_a_time() -> None:
    found = as_typed({"kind": "Deployment", "metadata": {"name": "x"}, "spec": {"template": POD}})
    assert found["metadata"] == {"creationTimestamp": None, "name": "x"} and found["status"] == {}
    assert found["spec"]["strategy"] == {} and found["spec"]["template"]["metadata"] == {"creationTimestamp": None}
    assert found["spec"]["template"]["spec"]["containers"] == [{"name": "a", "image": "b", "resources": {}}]


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_templates_of_templates(kind: str) -> None:
    job = {"template": POD}
    spec = job if kind == "Job" else {"jobTemplate": {"spec": job}}
    found = as_typed({"kind": kind, "spec": spec})["spec"]
    if kind == "CronJob":
        assert found["jobTemplate"]["metadata"] == {"creationTimestamp": None}
        found = found["jobTemplate"]["spec"]
    assert found["template"]["metadata"] == {"creationTimestamp": None}


def test_what_is_there_stays() -> None:
    obj = {"kind": "Service", "metadata": {"creationTimestamp": "t"}, "status": {"loadBalancer": {"ingress": []}}}
    assert as_typed(obj) == obj
