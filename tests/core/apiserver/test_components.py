"""The health of the control plane, asked at the API server."""

from __future__ import annotations

from typing import Any

from cluster_core.apiserver import tables
from cluster_core.sim.process import Process
from tests.core.apiserver.plane import Plane


def told(plane: Plane, **options: Any) -> list[list[Any]]:
    found = plane.ask("list", "componentstatuses", options=options)
    assert found.code == 200, found.body
    kind = plane.server.kinds.form("componentstatuses").kind
    return [row["cells"] for row in tables.table(kind, found.body["items"], plane.sim.now)["rows"]]


def test_programs_answer_while_they_run() -> None:
    plane = Plane()
    scheduler = Process(plane.sim, "kube-scheduler", "control-plane")
    Process(plane.sim, "kube-controller-manager", "control-plane")
    assert told(plane) == [
        ["controller-manager", "Healthy", "ok", ""],
        ["scheduler", "Healthy", "ok", ""],
        ["etcd-0", "Healthy", "ok", ""],
    ]
    scheduler.crash()
    refused = 'Get "https://127.0.0.1:10259/healthz": dial tcp 127.0.0.1:10259: connect: connection refused'
    assert told(plane)[1] == ["scheduler", "Unhealthy", refused, ""]


def test_one_of_them() -> None:
    plane = Plane()
    found = plane.ask("get", "componentstatuses", name="etcd-0")
    assert found.body["conditions"] == [{"type": "Healthy", "status": "True", "message": "ok"}]
    assert plane.ask("get", "componentstatuses", name="nope").code == 404
    assert [row[0] for row in told(plane, field_selector="metadata.name=etcd-0")] == ["etcd-0"]


def test_nobody_writes_one() -> None:
    plane = Plane()
    assert plane.ask("create", "componentstatuses", body={"metadata": {"name": "x"}}).code == 405
    assert plane.ask("delete", "componentstatuses", name="etcd-0").code == 405
