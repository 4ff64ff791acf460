"""RuntimeClass."""

from __future__ import annotations

from tests.core.apiserver.plane import Plane, pod

CLASSES = "runtimeclasses.node.k8s.io"


def test_overhead_and_placement_come_from_the_class() -> None:
    plane = Plane()
    toleration = {"key": "gvisor", "operator": "Exists"}
    body = {
        "metadata": {"name": "gvisor"},
        "handler": "runsc",
        "overhead": {"podFixed": {"cpu": "100m"}},
        "scheduling": {"nodeSelector": {"sandbox": "yes"}, "tolerations": [toleration]},
    }
    plane.made(CLASSES, body, namespace="")
    spec = plane.made("pods", pod(runtimeClassName="gvisor"))["spec"]
    assert (spec["overhead"], spec["nodeSelector"]) == ({"cpu": "100m"}, {"sandbox": "yes"})
    assert toleration in spec["tolerations"]
    other = pod("other", runtimeClassName="gvisor", nodeSelector={"sandbox": "no"})
    assert "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes" in str(
        plane.ask("create", "pods", namespace="default", body=other).body["message"]
    )


def test_what_cannot_be() -> None:
    plane = Plane()
    lost = plane.ask("create", "pods", namespace="default", body=pod(runtimeClassName="lost"))
    assert lost.body["message"] == 'pods "web" is forbidden: pod rejected: RuntimeClass "lost" not found'
    overhead = plane.ask("create", "pods", namespace="default", body=pod(overhead={"cpu": "1"}))
    assert "Pod Overhead set without corresponding RuntimeClass defined Overhead" in overhead.body["message"]
