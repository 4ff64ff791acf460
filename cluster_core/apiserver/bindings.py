"""The resource bindings: the older door to pods/binding. Upstream: `pkg/registry/core/pod/storage/storage.go` LegacyBindingREST."""

from __future__ import annotations

from dataclasses import replace

from cluster_core.api.conversion import Form
from cluster_core.api.request import Request
from cluster_core.apiserver.served_kinds import ServedKinds


def directed(form: Form, request: Request, kinds: ServedKinds) -> tuple[Form, Request]:
    """A request for a binding as one for the subresource of the pod that its body names; every other one as it is."""
    if form.kind.kind != "Binding" or request.verb != "create":
        return form, request
    meta = request.body.get("metadata") if isinstance(request.body, dict) else None
    name = meta.get("name") if isinstance(meta, dict) else None
    changed = replace(
        request, resource="pods", version="", subresource="binding", name=name if isinstance(name, str) else ""
    )
    return kinds.form("pods"), changed
