"""A client outside the cluster in front of an API server, for tests of applies."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Request, Response
from tests.core.apiserver.plane import Client, Plane

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class Outside:
    """Asks as the programs on users' machines do."""

    def __init__(self) -> None:
        self.plane = Plane()
        self.client = Client(self.plane.sim, "clients")

    def ask(self, verb: str, resource: str, name: str = "", body: Any = None, **fields: Any) -> Response:
        """One request in namespace default."""
        namespace = fields.pop("namespace", "default")
        number = self.client.ask(verb, resource, namespace=namespace, name=name, body=body, **fields)
        self.plane.settle(1)
        return self.client.responses[number]

    def apply(self, resource: str, body: Any, manager: str = "me", name: str = "web", **fields: Any) -> Response:
        """A server-side apply; `force`, `dry_run` … are options."""
        options = {"patch_type": "apply", "field_manager": manager}
        for option in ("force", "dry_run"):
            if option in fields:
                options[option] = fields.pop(option)
        return self.ask("patch", resource, name, body, options=options, **fields)

    def get(self, resource: str, name: str = "web") -> Obj:
        """What a read out of band answers."""
        answer = self.plane.server.read(Request(0, "", "jane", "get", resource, "default", name))
        assert answer.code == 200, answer.body
        found: Obj = answer.body
        return found

    def owners(self, resource: str, name: str = "web") -> dict[str, Any]:
        """Who owns what: by manager, operation and subresource."""
        entries = self.get(resource, name)["metadata"].get("managedFields") or []
        return {" ".join(filter(None, (one["manager"], one["operation"], one.get("subresource")))): one["fieldsV1"]
                for one in entries}  # fmt: skip


def config_map(**data: str) -> Obj:
    """The smallest configuration."""
    plain: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    return {**plain, "data": data} if data else plain


def web(**spec: Any) -> Obj:
    """A Deployment as people apply it; without a spec it has all that is required."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}]}}
    spec = spec or {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
