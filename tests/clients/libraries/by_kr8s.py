"""`kr8s`."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import kr8s
from kr8s.objects import ConfigMap, Deployment, Node, Pod, new_class, object_from_spec

from tests.clients.libraries.samples import config_map, definition, deployment, gadget, pod

PATIENCE_S = 60


def operations(kubeconfig: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is tried."""
    api = kr8s.api(kubeconfig=kubeconfig)
    tried = {
        "version": version,
        "discovery": discovery,
        "whoami": whoami,
        "list": list_pods,
        "create": create,
        "wait": wait,
        "watch": watch,
        "strategic merge patch": patch,
        "scale": scale,
        "cordon": cordon,
        "status errors": errors,
        "custom resources": custom,
        "logs": logs,
        "exec": execute,
        "port-forward": forward,
        "delete": delete,
    }
    return [(name, lambda one=one: one(api)) for name, one in tried.items()]


def version(api: Any) -> None:
    assert api.version()["minor"] == "33"


def discovery(api: Any) -> None:
    assert "deployments" in [found["name"] for found in api.api_resources()]


def whoami(api: Any) -> None:
    assert api.whoami() == "kubernetes-admin"


def list_pods(api: Any) -> None:
    assert "kube-scheduler-control-plane" in [found.name for found in api.get("pods", namespace=kr8s.ALL)]
    assert [found.name for found in api.get("nodes", label_selector="kubernetes.io/hostname=node-1")] == ["node-1"]


def create(api: Any) -> None:
    Deployment(deployment(), api=api).create()


def wait(api: Any) -> None:
    found = Deployment.get("web", namespace="default", api=api)
    found.wait("condition=Available", timeout=PATIENCE_S)
    assert len(found.pods()) == 2


def watch(api: Any) -> None:
    for kind, found in api.watch("deployments", namespace="default"):
        assert (kind, found.name) == ("ADDED", "web")
        return


def patch(api: Any) -> None:
    found = Deployment.get("web", namespace="default", api=api)
    found.patch({"metadata": {"annotations": {"ex.io/a": "b"}}})
    assert found.annotations["ex.io/a"] == "b"
    found.label({"x": "y"})
    found.refresh()
    assert found.labels["x"] == "y"


def scale(api: Any) -> None:
    found = Deployment.get("web", namespace="default", api=api)
    found.scale(1)
    assert found.replicas == 1


def cordon(api: Any) -> None:
    node = Node.get("node-1", api=api)
    node.cordon()
    assert node.unschedulable
    node.uncordon()


def errors(api: Any) -> None:
    ConfigMap(config_map("a"), api=api).create()
    try:
        Pod.get("nosuch", namespace="default", api=api, timeout=1)
    except kr8s.NotFoundError:
        pass
    else:
        raise AssertionError("found")
    try:
        ConfigMap(config_map("a"), api=api).create()
    except kr8s.ServerError as error:
        assert "already exists" in str(error)
    else:
        raise AssertionError("created twice")


def custom(api: Any) -> None:
    made = object_from_spec(definition(), api=api)
    made.create()
    made.wait("condition=Established", timeout=PATIENCE_S)
    kind = new_class("Gadget", version="ex.io/v1", namespaced=True)
    kind(gadget("g1"), api=api).create()
    assert kind.get("g1", namespace="default", api=api).spec.size == 1
    made.delete()


def logs(api: Any) -> None:
    found = Pod(pod("p1"), api=api)
    found.create()
    found.wait("condition=Ready", timeout=PATIENCE_S)
    assert all(isinstance(line, str) for line in found.logs())


def execute(api: Any) -> None:
    found = Pod.get("p1", namespace="default", api=api)
    assert found.exec(["echo", "hi"]).stdout == b"hi\n"


def forward(api: Any) -> None:
    found = Pod.get("p1", namespace="default", api=api)
    with (
        found.portforward(80, local_port=None) as port,
        socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line,
    ):
        line.sendall(b"GET / HTTP/1.1\r\nHost: p1\r\nConnection: close\r\n\r\n")
        assert line.recv(1024).startswith(b"HTTP/1.1 200")


def delete(api: Any) -> None:
    for found in (Pod.get("p1", api=api), Deployment.get("web", api=api)):
        found.delete()
    Deployment(deployment(), api=api).wait("delete", timeout=PATIENCE_S)
