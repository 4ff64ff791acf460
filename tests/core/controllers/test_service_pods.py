"""Which pods are behind a Service and where they listen."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers import service_pods


def _pod(name: str = "a", ip: str = "10.0.0.2", **spec: Any) -> dict[str, Any]:
    container = {"name": "c", "ports": [{"name": "http", "containerPort": spec.pop("port", 80)}]}
    meta = {"name": name, "namespace": "default", "uid": name, "labels": {"app": "web"}}
    return {"metadata": meta, "spec": {"containers": [container], **spec}, "status": {"podIP": ip}}


def _service(**spec: Any) -> dict[str, Any]:
    given = {"selector": {"app": "web"}, "ports": [{"name": "web", "port": 80, "targetPort": "http"}], **spec}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": given}


def test_a_named_port_is_looked_up_pod_by_pod() -> None:
    assert service_pods.ports_of(_service(), _pod()) == (("web", 80, "TCP"),)
    assert service_pods.ports_of(_service(), _pod(port=8080)) == (("web", 8080, "TCP"),)


def test_a_number_is_itself_and_a_missing_name_is_none() -> None:
    assert service_pods.target_port({"port": 80}, _pod()) == 80
    assert service_pods.target_port({"port": 80, "targetPort": 9376}, _pod()) == 9376
    assert service_pods.target_port({"port": 80, "targetPort": "grpc"}, _pod()) is None
    assert service_pods.target_port({"port": 80, "targetPort": "http", "protocol": "UDP"}, _pod()) is None


def test_a_sidecar_may_have_the_port() -> None:
    sidecar = {"name": "s", "restartPolicy": "Always", "ports": [{"name": "metrics", "containerPort": 9000}]}
    assert service_pods.target_port({"port": 1, "targetPort": "metrics"}, _pod(initContainers=[sidecar])) == 9000


def test_the_hostname_counts_under_its_own_service_only() -> None:
    pod = _pod(hostname="db-0", subdomain="web")
    assert service_pods.hostname(_service(), pod) == "db-0"
    assert service_pods.hostname({**_service(), "metadata": {"name": "other"}}, pod) == ""


def test_headless_services_are_marked() -> None:
    assert service_pods.labels_of(_service(clusterIP="None")) == {service_pods.HEADLESS: ""}
    assert service_pods.labels_of(_service()) == {}


def test_services_outside_have_no_endpoints() -> None:
    assert service_pods.has_endpoints(_service())
    assert not service_pods.has_endpoints(_service(type="ExternalName"))
    assert not service_pods.has_endpoints(_service(selector={}))


def test_addresses_sort_as_numbers() -> None:
    pods = [_pod("a", "10.244.0.10"), _pod("b", "10.244.0.9")]
    assert [one["metadata"]["name"] for one in sorted(pods, key=service_pods.address)] == ["b", "a"]
