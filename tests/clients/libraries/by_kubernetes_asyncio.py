"""`kubernetes_asyncio`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from kubernetes_asyncio import client, config, watch
from kubernetes_asyncio.client.exceptions import ApiException
from kubernetes_asyncio.stream import WsApiClient

from tests.clients.libraries.samples import config_map, deployment, pod

PATIENCE_S = 60


def operations(kubeconfig: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is tried, each in a loop and with a client of its own."""

    def tried(work: Callable[[Any], Awaitable[None]], kind: Any = client.ApiClient) -> Callable[[], None]:
        async def connected() -> None:
            await config.load_kube_config(kubeconfig)
            async with kind() as api:
                await work(api)

        return lambda: asyncio.run(connected())

    return [
        ("version", tried(version)),
        ("list", tried(list_pods)),
        ("create", tried(create)),
        ("watch", tried(watch_rollout)),
        ("strategic merge patch", tried(patch)),
        ("scale", tried(scale)),
        ("status errors", tried(errors)),
        ("logs", tried(logs)),
        ("exec", tried(execute, WsApiClient)),
        ("delete", tried(delete)),
    ]


async def version(api: Any) -> None:
    assert (await client.VersionApi(api).get_code()).minor == "33"


async def list_pods(api: Any) -> None:
    found = await client.CoreV1Api(api).list_pod_for_all_namespaces()
    assert "kube-scheduler-control-plane" in [item.metadata.name for item in found.items]


async def create(api: Any) -> None:
    await client.AppsV1Api(api).create_namespaced_deployment("default", deployment())


async def watch_rollout(api: Any) -> None:
    async with watch.Watch() as news:
        call = client.AppsV1Api(api).list_namespaced_deployment
        async for event in news.stream(call, "default", timeout_seconds=PATIENCE_S):
            if event["object"].status.available_replicas == 2:
                return
    raise AssertionError("it did not become available")


async def patch(api: Any) -> None:
    body = {"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.28"}]}}}}
    found = await client.AppsV1Api(api).patch_namespaced_deployment("web", "default", body)
    assert found.spec.template.spec.containers[0].ports[0].container_port == 80


async def scale(api: Any) -> None:
    apps = client.AppsV1Api(api)
    await apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 1}})
    assert (await apps.read_namespaced_deployment_scale("web", "default")).spec.replicas == 1


async def errors(api: Any) -> None:
    core = client.CoreV1Api(api)
    await core.create_namespaced_config_map("default", config_map("a"))
    for call, code in (
        (core.create_namespaced_config_map("default", config_map("a")), 409),
        (core.read_namespaced_pod("nosuch", "default"), 404),
    ):
        try:
            await call
        except ApiException as error:
            assert error.status == code, error
        else:
            raise AssertionError(code)


async def logs(api: Any) -> None:
    core = client.CoreV1Api(api)
    await core.create_namespaced_pod("default", pod("p1"))
    async with watch.Watch() as news:
        selected = "metadata.name=p1"
        call = core.list_namespaced_pod
        async for event in news.stream(call, "default", field_selector=selected, timeout_seconds=PATIENCE_S):
            if any(c.type == "Ready" and c.status == "True" for c in event["object"].status.conditions or ()):
                break
    assert isinstance(await core.read_namespaced_pod_log("p1", "default"), str)


async def execute(api: Any) -> None:
    printed = await client.CoreV1Api(api).connect_get_namespaced_pod_exec(
        "p1", "default", command=["echo", "hi"], stdout=True, stderr=True, stdin=False, tty=False
    )
    assert printed == "hi\n", printed


async def delete(api: Any) -> None:
    gone = await client.CoreV1Api(api).delete_namespaced_pod("p1", "default")
    assert gone.metadata.name == "p1"
    assert (await client.AppsV1Api(api).delete_namespaced_deployment("web", "default")).status == "Success"
