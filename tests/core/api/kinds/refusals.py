"""Objects to spoil, and the words in which the API server refuses them."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane, deployment

CONTAINER: Obj = {"name": "c", "image": "nginx:1.25"}


def pod(**spec: Any) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"containers": [CONTAINER], **spec}}


def holding(**container: Any) -> Obj:
    return pod(containers=[{**CONTAINER, **container}])


def web(**spec: Any) -> Obj:
    return deployment("web", **spec)


def template(**spec: Any) -> Obj:
    inner = {"containers": [CONTAINER], **spec}
    return web(template={"metadata": {"labels": {"app": "web"}}, "spec": inner})


def service(*ports: Obj, **spec: Any) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"ports": list(ports), **spec}}


PROBE = {"httpGet": {"port": 80}}


def refused(resource: str, body: Obj) -> str:
    answer = Plane().ask("create", resource, namespace="default", body=body)
    assert (answer.code, answer.reason) == (422, "Invalid"), answer.body
    message: str = answer.body["message"]
    return message
