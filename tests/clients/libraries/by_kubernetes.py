"""The official Python client, `kubernetes`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.stream import portforward, stream

from tests.clients.libraries.samples import config_map, definition, deployment, gadget, pod

PATIENCE_S = 60


def operations(kubeconfig: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is tried."""
    return list(Trial(kubeconfig).operations().items())


class Trial:
    """The clients of one kubeconfig."""

    def __init__(self, kubeconfig: str) -> None:
        config.load_kube_config(kubeconfig)
        self.core = client.CoreV1Api()
        self.apps = client.AppsV1Api()

    def operations(self) -> dict[str, Callable[[], Any]]:
        """By name."""
        return {
            "version": self.version,
            "discovery": self.discovery,
            "list": self.list_pods,
            "pages": self.pages,
            "create": lambda: self.apps.create_namespaced_deployment("default", deployment()),
            "watch": self.watch_rollout,
            "strategic merge patch": self.strategic_patch,
            "JSON patch": self.json_patch,
            "server-side apply": self.apply,
            "scale": self.scale,
            "status errors": self.errors,
            "access review": self.review,
            "custom resources": self.custom,
            "replace": self.replace,
            "evict": self.evict,
            "logs": self.logs,
            "exec": self.execute,
            "port-forward": self.forward,
            "delete": self.delete,
        }

    def version(self) -> None:
        assert client.VersionApi().get_code().git_version.startswith("v1.33.")

    def discovery(self) -> None:
        assert "apps" in [group.name for group in client.ApisApi().get_api_versions().groups]
        assert DynamicClient(client.ApiClient()).resources.get(api_version="apps/v1", kind="Deployment").name

    def list_pods(self) -> None:
        names = [found.metadata.name for found in self.core.list_pod_for_all_namespaces(watch=False).items]
        assert "kube-scheduler-control-plane" in names
        assert (
            self.core.list_node(label_selector="kubernetes.io/hostname=node-1").items[0].status.capacity["cpu"] == "4"
        )

    def pages(self) -> None:
        first = self.core.list_pod_for_all_namespaces(limit=3)
        assert len(first.items) == 3 and first.metadata._continue
        second = self.core.list_pod_for_all_namespaces(limit=3, _continue=first.metadata._continue)
        assert first.items[0].metadata.name != second.items[0].metadata.name

    def watch_rollout(self) -> None:
        news = watch.Watch()
        for event in news.stream(self.apps.list_namespaced_deployment, "default", timeout_seconds=PATIENCE_S):
            if event["object"].status.available_replicas == 2:
                news.stop()
                return
        raise AssertionError("it did not become available")

    def strategic_patch(self) -> None:
        container = {"name": "nginx", "env": [{"name": "A", "value": "B"}]}
        body = {"spec": {"template": {"spec": {"containers": [container]}}}}
        found = self.apps.patch_namespaced_deployment("web", "default", body)
        assert found.spec.template.spec.containers[0].image == "nginx:1.27"
        assert found.spec.template.spec.containers[0].env[0].name == "A"

    def json_patch(self) -> None:
        body = [{"op": "add", "path": "/metadata/annotations", "value": {"ex.io/a": "b"}}]
        self.core.create_namespaced_config_map("default", config_map("a", x="1"))
        assert self.core.patch_namespaced_config_map("a", "default", body).metadata.annotations == {"ex.io/a": "b"}

    def apply(self) -> None:
        resources = DynamicClient(client.ApiClient()).resources
        maps = resources.get(api_version="v1", kind="ConfigMap")
        maps.server_side_apply(namespace="default", body=config_map("applied", x="1"), field_manager="trial")
        found = self.core.read_namespaced_config_map("applied", "default")
        assert [entry.operation for entry in found.metadata.managed_fields] == ["Apply"]

    def scale(self) -> None:
        self.apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 1}})
        assert self.apps.read_namespaced_deployment_scale("web", "default").spec.replicas == 1

    def errors(self) -> None:
        for call, code, words in (
            (lambda: self.core.read_namespaced_pod("nosuch", "default"), 404, 'pods \\"nosuch\\" not found'),
            (lambda: self.core.create_namespaced_config_map("default", config_map("a")), 409, "already exists"),
            (lambda: self.core.create_namespaced_config_map("default", config_map("A B")), 422, "RFC 1123"),
        ):
            try:
                call()
            except ApiException as error:
                assert error.status == code and words in error.body, error
            else:
                raise AssertionError(words)

    def review(self) -> None:
        attributes = {"verb": "get", "resource": "pods", "namespace": "default"}
        body = {"spec": {"resourceAttributes": attributes}}
        assert client.AuthorizationV1Api().create_self_subject_access_review(body).status.allowed

    def custom(self) -> None:
        client.ApiextensionsV1Api().create_custom_resource_definition(definition())
        objects = client.CustomObjectsApi()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                objects.create_namespaced_custom_object("ex.io", "v1", "default", "gadgets", gadget("g1"))
                break
            except ApiException as error:
                assert error.status == 404 and time.monotonic() < deadline, error
                time.sleep(0.2)
        found = objects.patch_namespaced_custom_object("ex.io", "v1", "default", "gadgets", "g1", {"spec": {"size": 2}})
        assert found["spec"]["size"] == 2
        client.ApiextensionsV1Api().delete_custom_resource_definition("gadgets.ex.io")

    def replace(self) -> None:
        found = self.core.read_namespaced_config_map("a", "default")
        found.data = {"x": "2"}
        self.core.replace_namespaced_config_map("a", "default", found)
        try:
            self.core.replace_namespaced_config_map("a", "default", found)
        except ApiException as error:
            assert error.status == 409 and "the object has been modified" in error.body
        else:
            raise AssertionError("an old version was taken")

    def evict(self) -> None:
        name = self.core.list_namespaced_pod("default", label_selector="app=web").items[0].metadata.name
        self.core.create_namespaced_pod_eviction(name, "default", client.V1Eviction(metadata={"name": name}))

    def logs(self) -> None:
        self._ready_pod()
        assert isinstance(self.core.read_namespaced_pod_log("p1", "default"), str)

    def execute(self) -> None:
        printed = stream(
            self.core.connect_get_namespaced_pod_exec, "p1", "default", command=["echo", "hi"], stdout=True, stderr=True
        )
        assert printed == "hi\n", printed

    def forward(self) -> None:
        lines = portforward(self.core.connect_get_namespaced_pod_portforward, "p1", "default", ports="80")
        line = lines.socket(80)
        line.settimeout(PATIENCE_S)
        line.sendall(b"GET / HTTP/1.1\r\nHost: p1\r\nConnection: close\r\n\r\n")
        assert line.recv(1024).startswith(b"HTTP/1.1 200")

    def delete(self) -> None:
        assert "Success" in str(self.core.delete_namespaced_config_map("a", "default"))
        assert self.core.delete_namespaced_pod("p1", "default").metadata.name == "p1"
        self.apps.delete_namespaced_deployment("web", "default", propagation_policy="Foreground")
        self.core.delete_collection_namespaced_config_map("default", label_selector="a=b")

    def _ready_pod(self) -> None:
        self.core.create_namespaced_pod("default", pod("p1"))
        news = watch.Watch()
        selected = "metadata.name=p1"
        for event in news.stream(
            self.core.list_namespaced_pod, "default", field_selector=selected, timeout_seconds=PATIENCE_S
        ):
            if any(c.type == "Ready" and c.status == "True" for c in event["object"].status.conditions or ()):
                return
        raise AssertionError("it did not become ready")
