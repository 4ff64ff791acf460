"""What tables of refusals have in common: a good object, a change of it, the words."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane

GONE = object()


def changed(obj: Obj, path: str, value: Any) -> Obj:
    """A copy of an object with one field, by its path ("spec.rules.0.host"), set or (GONE) taken away."""
    name, _, rest = path.partition(".")
    key: Any = int(name) if name.isdigit() else name
    result: Any = list(obj) if isinstance(obj, list) else dict(obj)
    if rest:
        inner = result[key] if isinstance(key, int) or key in result else {}
        result[key] = changed(inner, rest, value)
    elif value is GONE:
        del result[key]
    else:
        result[key] = value
    return result


def refusal(resource: str, body: Obj, namespace: str = "default") -> str:
    """The message with which the API server refuses to create an object."""
    answer = Plane().ask("create", resource, namespace=namespace, body=body)
    assert (answer.code, answer.reason) == (422, "Invalid"), answer.body
    message: str = answer.body["message"]
    return message


def refused_update(resource: str, body: Obj, path: str, value: Any, subresource: str = "") -> str:
    """The message with which it refuses to change an object that it has accepted."""
    plane = Plane()
    made = plane.made(resource, body)
    answer = plane.ask(
        "update",
        resource,
        namespace="default",
        name=made["metadata"]["name"],
        body=changed(made, path, value),
        subresource=subresource,
    )
    assert (answer.code, answer.reason) == (422, "Invalid"), answer.body
    message: str = answer.body["message"]
    return message
