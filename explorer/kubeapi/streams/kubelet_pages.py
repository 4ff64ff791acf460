"""What a kubelet answers to the API server's proxy. Upstream: `pkg/kubelet/server/server.go`.

Real kubelets also serve metrics, statistics, profiles and files of the node's /var/log.
"""

from __future__ import annotations

from typing import Any

import msgspec

from cluster_core.api.errors import ApiError

PLAIN, JSON = "text/plain; charset=utf-8", "application/json"


def page(world: Any, node: str, path: str) -> tuple[int, str, bytes]:
    """Code, content type and body. Raises 503 when the kubelet is down."""
    kubelet = next((one for one in world.kubelets if one.node.name == node), None)
    if kubelet is None or kubelet.down:
        address = kubelet.node.ip if kubelet is not None else node
        words = f"error trying to reach service: dial tcp {address}:10250: connect: connection refused"
        raise ApiError(503, "ServiceUnavailable", words)
    parts = [part for part in path.split("/") if part]
    match parts:
        case ["healthz" | "livez" | "readyz", *_]:
            return 200, PLAIN, b"ok"
        case ["pods" | "runningpods"]:
            pods = [pod for pod in world.objects("pods").values() if pod["spec"].get("nodeName") == node]
            return (
                200,
                JSON,
                msgspec.json.encode({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": pods}),
            )
        case ["containerLogs", namespace, pod, container]:
            return _log(world, namespace, pod, container)
    return 404, PLAIN, b"404 page not found\n"


def _log(world: Any, namespace: str, pod: str, container: str) -> tuple[int, str, bytes]:
    try:
        lines = world.container_log(namespace, pod, container).lines
    except ApiError as error:
        return error.code, PLAIN, error.message.encode()
    return 200, PLAIN, "".join(line.text + ("\n" if line.whole else "") for line in lines).encode()
