"""Whom a stream is to: pods and containers that there are, users who may. Upstream: `pkg/registry/core/pod/{strategy.go,rest/authorize.go}`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cluster_core.api.errors import bad_request, not_found
from cluster_core.api.place import Place
from cluster_core.api.request import Obj
from cluster_core.cluster.logs import chosen_container
from explorer.kubeapi.door import Visitor

# Whoever opens one of these does something, by whatever method: `create` is needed too.
DOES = ("exec", "attach", "portforward")


def authorize(visitor: Visitor, verb: str, where: Place) -> None:
    """Raise 403 if the visitor may not open the stream, 503 when the simulated API server is down."""
    server = visitor.live.cluster.world.apiserver
    request = visitor.request(
        verb,
        where.resource,
        version=where.version,
        namespace=where.namespace,
        name=where.name,
        subresource=where.subresource,
    )
    server.routed(request)
    if where.subresource in DOES and verb != "create":
        server.routed(replace(request, verb="create"))


def pod_of(world: Any, namespace: str, name: str) -> Obj:
    """A pod that a node runs. Raises 404, or 400 if no node does."""
    pod: Obj | None = world.objects("pods").get(f"{namespace}/{name}")
    if pod is None:
        raise not_found("pods", name)
    if not pod["spec"].get("nodeName"):
        raise bad_request(f"pod {name} does not have a host assigned")
    return pod


def container_of(world: Any, namespace: str, name: str, container: str) -> str:
    """The container that is meant. Raises 400 if that is not clear."""
    pod: Obj | None = world.objects("pods").get(f"{namespace}/{name}")
    if pod is None:
        raise not_found("pods", name)
    found = chosen_container(pod, name, container)
    pod_of(world, namespace, name)
    return found
