"""Requests for groups that an extension serves."""

from __future__ import annotations

from cluster_core.api.conversion import Form
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.aggregation import UNAVAILABLE
from tests.core.apiserver.plane import Plane

PODS = "pods.metrics.k8s.io"


class Adapter:
    """Answers with what it was asked."""

    def __init__(self) -> None:
        self.up = True

    def is_available(self) -> bool:
        return self.up

    def answer(self, form: Form, request: Request) -> Obj:
        return {"items": [request.namespace, form.kind.kind], "metadata": {}}


def test_nobody_is_there() -> None:
    response = Plane().ask("list", PODS, namespace="default")
    assert (response.code, response.body["message"]) == (503, UNAVAILABLE)


def test_the_extension_of_the_group_answers_while_it_is_there() -> None:
    plane, adapter = Plane(), Adapter()
    plane.server.extensions.groups["metrics.k8s.io"] = adapter
    assert plane.ask("list", PODS, namespace="default").body["items"] == ["default", "PodMetrics"]
    adapter.up = False
    assert plane.ask("list", PODS, namespace="default").code == 503


def test_rights_come_first_and_nothing_is_written() -> None:
    plane = Plane(strict=True)
    plane.server.extensions.groups["metrics.k8s.io"] = Adapter()
    assert plane.ask("list", PODS, "jane", namespace="default").code == 403
    assert plane.ask("create", PODS, namespace="default", body={"metadata": {"name": "x"}}).code == 405
    assert plane.ask("watch", PODS, namespace="default").code == 405
