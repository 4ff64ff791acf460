"""What CoreDNS answers: the examples of the DNS specification of Kubernetes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.dns.records import Zone


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": "default", "name": name}, "spec": spec}


HTTP = [{"name": "http", "port": 80, "protocol": "TCP"}]
SERVICES = {
    "default/web": service("web", clusterIP="10.96.0.9", ports=HTTP),
    "default/db": service("db", clusterIP="None", ports=HTTP),
    "default/idle": service("idle", clusterIP="None", ports=HTTP),
    "default/out": service("out", type="ExternalName", externalName="example.com"),
    "default/alias": service("alias", type="ExternalName", externalName="web.default.svc.cluster.local"),
}
SLICES = {
    "default/db": [
        {
            "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
            "endpoints": [
                {"addresses": ["10.244.1.2"], "hostname": "db-0", "conditions": {"ready": True}},
                {"addresses": ["10.244.2.2"], "conditions": {"ready": True}},
                {"addresses": ["10.244.3.2"], "hostname": "db-2", "conditions": {"ready": False}},
            ],
        }
    ]
}
ZONE = Zone(SERVICES.get, lambda key: SLICES.get(key, []), {"example.com": "198.51.100.10"})
SVC = "default.svc.cluster.local"


@pytest.mark.parametrize(
    ("name", "kind", "code", "data"),
    [
        (f"web.{SVC}", "A", "NOERROR", ["10.96.0.9"]),
        (f"WEB.{SVC}.", "A", "NOERROR", ["10.96.0.9"]),
        (f"web.{SVC}", "AAAA", "NOERROR", []),
        (f"nope.{SVC}", "A", "NXDOMAIN", []),
        (f"db.{SVC}", "A", "NOERROR", ["10.244.1.2", "10.244.2.2"]),
        (f"db-0.db.{SVC}", "A", "NOERROR", ["10.244.1.2"]),
        (f"10-244-2-2.db.{SVC}", "A", "NOERROR", ["10.244.2.2"]),
        (f"db-2.db.{SVC}", "A", "NXDOMAIN", []),
        (f"idle.{SVC}", "A", "NXDOMAIN", []),
        (f"out.{SVC}", "A", "NOERROR", ["example.com", "198.51.100.10"]),
        (f"alias.{SVC}", "A", "NOERROR", [f"web.{SVC}", "10.96.0.9"]),
        (f"_http._tcp.web.{SVC}", "SRV", "NOERROR", [f"0 100 80 web.{SVC}"]),
        (
            f"_http._tcp.db.{SVC}",
            "SRV",
            "NOERROR",
            [f"0 50 8080 10-244-2-2.db.{SVC}", f"0 50 8080 db-0.db.{SVC}"],
        ),
        (f"_nope._tcp.web.{SVC}", "SRV", "NXDOMAIN", []),
        ("10-244-1-9.default.pod.cluster.local", "A", "NOERROR", ["10.244.1.9"]),
        ("x-1.default.pod.cluster.local", "A", "NXDOMAIN", []),
        ("example.com", "A", "NOERROR", ["198.51.100.10"]),
        ("example.com", "SRV", "NOERROR", []),
        ("nowhere.example", "A", "NXDOMAIN", []),
        ("cluster.local", "A", "NOERROR", []),
        ("svc.cluster.local", "A", "NOERROR", []),
        ("x.cluster.local", "A", "NXDOMAIN", []),
        ("default.svc.cluster.local", "A", "NXDOMAIN", []),
    ],
)
def test_answers(name: str, kind: str, code: str, data: list[str]) -> None:
    answer = ZONE.answer(name, kind)
    assert (answer.code, [record.data for record in answer.records]) == (code, data)


def test_aliases_in_a_circle_have_an_end() -> None:
    loop = service("loop", type="ExternalName", externalName=f"loop.{SVC}")
    answer = Zone({"default/loop": loop}.get, lambda key: [], {}).answer(f"loop.{SVC}")
    assert {record.kind for record in answer.records} == {"CNAME"} and len(answer.records) < 20


def test_records_read_as_dig_prints_them() -> None:
    (record,) = ZONE.answer(f"_http._tcp.web.{SVC}", "SRV").records
    assert record.text() == f"_http._tcp.web.{SVC}. 30 IN SRV 0 100 80 web.{SVC}."
