"""`pykube-ng`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pykube
from pykube.exceptions import HTTPError, ObjectDoesNotExist

from tests.clients.libraries.samples import config_map, deployment, pod

PATIENCE_S = 60


def operations(kubeconfig: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is tried."""
    api = pykube.HTTPClient(pykube.KubeConfig.from_file(kubeconfig), timeout=PATIENCE_S)
    tried = {
        "version": version,
        "list": list_pods,
        "tables": table,
        "create": create,
        "watch": watch,
        "merge patch": update,
        "scale": scale,
        "cordon": cordon,
        "status errors": errors,
        "logs": logs,
        "delete": delete,
    }
    return [(name, lambda one=one: one(api)) for name, one in tried.items()]


def version(api: Any) -> None:
    assert api.version[:2] == ("1", "33")


def list_pods(api: Any) -> None:
    assert "kube-scheduler-control-plane" in [found.name for found in pykube.Pod.objects(api, namespace=pykube.all)]
    assert len(list(pykube.Node.objects(api).filter(selector={"kubernetes.io/hostname": "node-1"}))) == 1


def table(api: Any) -> None:
    columns = pykube.Pod.objects(api).filter(namespace="kube-system").as_table().columns
    assert [column["name"] for column in columns][:3] == ["Name", "Ready", "Status"]


def create(api: Any) -> None:
    pykube.Deployment(api, deployment()).create()


def watch(api: Any) -> None:
    for event in pykube.Deployment.objects(api).filter(namespace="default").watch():
        if event.object.obj["status"].get("availableReplicas") == 2:
            return
    raise AssertionError("it did not become available")


def update(api: Any) -> None:
    found = pykube.Deployment.objects(api).get_by_name("web")
    found.annotations["ex.io/a"] = "b"
    found.update()
    found.reload()
    assert found.annotations["ex.io/a"] == "b"


def scale(api: Any) -> None:
    found = pykube.Deployment.objects(api).get_by_name("web")
    found.scale(1)
    assert found.replicas == 1


def cordon(api: Any) -> None:
    node = pykube.Node.objects(api).get_by_name("node-1")
    _until_no_conflict(node, node.cordon)
    _until_no_conflict(node, node.uncordon)
    assert not node.unschedulable


def _until_no_conflict(node: Any, write: Callable[[], None]) -> None:
    """Its writes carry the version that was read; the node's controller writes a taint in between."""
    while True:
        try:
            return write()
        except HTTPError as error:
            if error.code != 409:
                raise
            node.reload()


def errors(api: Any) -> None:
    pykube.ConfigMap(api, config_map("a")).create()
    try:
        pykube.Pod.objects(api).get_by_name("nosuch")
    except ObjectDoesNotExist:
        pass
    else:
        raise AssertionError("found")
    try:
        pykube.ConfigMap(api, config_map("a")).create()
    except HTTPError as error:
        assert error.code == 409 and "already exists" in str(error)
    else:
        raise AssertionError("created twice")


def logs(api: Any) -> None:
    found = pykube.Pod(api, pod("p1"))
    found.create()
    for event in pykube.Pod.objects(api).filter(namespace="default", field_selector={"metadata.name": "p1"}).watch():
        if event.object.ready:
            break
    assert isinstance(found.logs(), str)


def delete(api: Any) -> None:
    pykube.Pod.objects(api).get_by_name("p1").delete()
    pykube.Deployment.objects(api).get_by_name("web").delete()
