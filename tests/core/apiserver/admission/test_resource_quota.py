"""ResourceQuota at admission."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.apiserver.plane import Plane, pod


def with_quota(hard: dict[str, str], used: dict[str, str] | None = None, **spec: Any) -> Plane:
    plane = Plane()
    quota = plane.made("resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard, **spec}})
    status = {"hard": hard, "used": used if used is not None else dict.fromkeys(hard, "0")}
    body = {**quota, "status": status}
    plane.ask("update", "resourcequotas", namespace="default", name="q", subresource="status", body=body)
    return plane


def used(plane: Plane) -> dict[str, str]:
    quota = plane.get("resourcequotas", "q")
    assert quota is not None
    found: dict[str, str] = quota["status"]["used"]
    return found


def sized(name: str, cpu: str) -> dict[str, Any]:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {"metadata": {"name": name}, "spec": {"containers": [container]}}


def create(plane: Plane, body: dict[str, Any], resource: str = "pods", **fields: Any) -> Any:
    return plane.ask("create", resource, namespace="default", body=body, **fields)


def test_what_fits_is_charged_and_what_does_not_is_refused() -> None:
    plane = with_quota({"pods": "2", "requests.cpu": "1"})
    assert create(plane, sized("a", "600m")).code == 201
    assert used(plane) == {"pods": "1", "requests.cpu": "600m"}
    refused = create(plane, sized("b", "500m"))
    assert refused.body["message"] == (
        'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1'
    )
    assert create(plane, sized("b", "400m")).code == 201
    both = create(plane, sized("c", "1m"))
    assert (
        "requested: pods=1,requests.cpu=1m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1"
        in both.body["message"]
    )


def test_a_burst_cannot_exceed_a_quota() -> None:
    plane = with_quota({"pods": "3"})
    asked = [plane.client.ask("create", "pods", namespace="default", body=pod(f"p{number}")) for number in range(8)]
    plane.settle(1)
    codes = sorted(plane.client.responses[number].code for number in asked)
    assert codes == [201] * 3 + [403] * 5
    assert used(plane) == {"pods": "3"}


def test_somebody_elses_write_of_the_quota_is_charged_on_top_of() -> None:
    plane = with_quota({"pods": "5"})
    quota = plane.get("resourcequotas", "q")
    assert quota is not None
    body = {**quota, "status": {**quota["status"], "used": {"pods": "4"}}}
    write = {"namespace": "default", "name": "q", "subresource": "status", "body": body}
    first = plane.client.ask("update", "resourcequotas", **write)
    others = [plane.client.ask("create", "pods", namespace="default", body=pod(name)) for name in ("a", "b")]
    plane.settle(1)
    assert plane.client.responses[first].code == 200
    assert sorted(plane.client.responses[number].code for number in others) == [201, 403]
    assert used(plane) == {"pods": "5"}


def test_a_quota_that_nobody_has_counted_yet_admits_nothing() -> None:
    plane = with_quota({"pods": "5"}, used={})
    assert create(plane, pod()).body["message"].endswith("status unknown for quota: q, resources: pods")


def test_containers_must_say_what_a_quota_counts() -> None:
    plane = with_quota({"limits.memory": "1Gi", "pods": "5"})
    assert create(plane, pod()).body["message"].endswith("failed quota: q: must specify limits.memory for: c")


def test_a_try_is_judged_and_not_charged() -> None:
    plane = with_quota({"pods": "1"})
    dry = {"options": {"dry_run": ["All"]}}
    assert create(plane, pod(), **dry).code == 201
    assert used(plane) == {"pods": "0"}
    create(plane, pod())
    assert create(plane, pod("other"), **dry).code == 403


@pytest.mark.parametrize(
    ("resource", "body", "name"),
    [
        ("configmaps", {"metadata": {"name": "x"}}, "configmaps"),
        ("secrets", {"metadata": {"name": "x"}}, "count/secrets"),
        (
            "services",
            {"metadata": {"name": "x"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}},
            "services.nodeports",
        ),
    ],
)
def test_objects_of_other_kinds(resource: str, body: dict[str, Any], name: str) -> None:
    plane = with_quota({name: "1"})
    assert create(plane, body, resource).code == 201
    assert used(plane) == {name: "1"}
    refused = create(plane, {**body, "metadata": {"name": "y"}}, resource)
    assert f"exceeded quota: q, requested: {name}=1, used: {name}=1, limited: {name}=1" in refused.body["message"]


def test_a_service_that_becomes_one_with_node_ports_is_charged_the_difference() -> None:
    plane = with_quota({"services": "1", "services.nodeports": "1"})
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
    create(plane, {"metadata": {"name": "web"}, "spec": {"ports": ports}}, "services")
    patch = {"namespace": "default", "name": "web", "options": {"patch_type": "merge"}}
    refused = plane.ask("patch", "services", body={"spec": {"type": "NodePort"}}, **patch)
    assert "requested: services.nodeports=2" in refused.body["message"]
    assert plane.ask("patch", "services", body={"spec": {"type": "NodePort", "ports": ports[:1]}}, **patch).ok
    assert used(plane) == {"services": "1", "services.nodeports": "1"}
