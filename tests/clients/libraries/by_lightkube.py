"""`lightkube`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube import ApiError, Client, KubeConfig
from lightkube.codecs import from_dict
from lightkube.generic_resource import (
    create_namespaced_resource,
    get_generic_resource,
    load_in_cluster_generic_resources,
)
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from tests.clients.libraries.samples import config_map, definition, deployment, gadget, pod


def operations(kubeconfig: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is tried."""
    api = Client(config=KubeConfig.from_file(kubeconfig), field_manager="trial")
    tried = [list_nodes, create, wait, watch, patch, apply, scale, errors, custom, logs, execute, delete]
    names = ["list", "create", "wait", "watch", "strategic merge patch", "server-side apply", "scale", "status errors"]
    names += ["custom resources", "logs", "exec", "delete"]
    return [(name, lambda one=one: one(api)) for name, one in zip(names, tried, strict=True)]


def list_nodes(api: Client) -> None:
    assert "node-1" in [found.metadata.name for found in api.list(Node)]
    assert list(api.list(Pod, namespace="*", labels={"k8s-app": "kube-dns"}, chunk_size=1))


def create(api: Client) -> None:
    api.create(from_dict(deployment()))


def wait(api: Client) -> None:
    api.wait(Deployment, "web", for_conditions=["Available"], namespace="default")


def watch(api: Client) -> None:
    for kind, found in api.watch(Deployment, namespace="default"):
        assert (kind, found.metadata.name) == ("ADDED", "web")
        return


def patch(api: Client) -> None:
    body = {"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.28"}]}}}}
    found = api.patch(Deployment, "web", body, namespace="default")
    assert found.spec.template.spec.containers[0].ports[0].containerPort == 80


def apply(api: Client) -> None:
    api.apply(from_dict(config_map("a", x="1")))
    found = api.apply(from_dict(config_map("a", y="2")))
    assert found.data == {"y": "2"}
    try:
        api.apply(from_dict(config_map("a", y="3")), field_manager="other")
    except ApiError as error:
        assert error.status.code == 409 and "conflict with" in error.status.message
    else:
        raise AssertionError("no conflict")


def scale(api: Client) -> None:
    api.patch(Deployment.Scale, "web", {"spec": {"replicas": 1}})
    assert api.get(Deployment.Scale, "web").spec.replicas == 1


def errors(api: Client) -> None:
    try:
        api.get(Pod, "nosuch", namespace="default")
    except ApiError as error:
        assert error.status.message == 'pods "nosuch" not found' and error.status.code == 404
    else:
        raise AssertionError("found")


def custom(api: Client) -> None:
    api.create(from_dict(definition()))
    api.wait(CustomResourceDefinition, "gadgets.ex.io", for_conditions=["Established"])
    load_in_cluster_generic_resources(api)
    found = get_generic_resource("ex.io/v1", "Gadget") or create_namespaced_resource("ex.io", "v1", "Gadget", "gadgets")
    assert api.create(found(gadget("g1")), namespace="default").spec["size"] == 1
    api.delete(CustomResourceDefinition, "gadgets.ex.io")


def logs(api: Client) -> None:
    api.create(from_dict(pod("p1")))
    api.wait(Pod, "p1", for_conditions=["Ready"], namespace="default")
    assert all(isinstance(line, str) for line in api.log("p1", namespace="default"))


def execute(api: Client) -> None:
    printed = api.exec("p1", command=["echo", "hi"], namespace="default", stdout=True)
    assert printed.stdout == "hi\n", printed


def delete(api: Client) -> None:
    api.delete(Pod, "p1", namespace="default")
    api.delete(Deployment, "web", namespace="default")
    api.deletecollection(ConfigMap, namespace="default")
    assert "a" not in [found.metadata.name for found in api.list(ConfigMap, namespace="default")]
