"""At the API server's door: clients outside see metadata.managedFields, the cluster's own components do without.

Real Kubernetes sends managedFields to everybody; the informers of its own controllers drop them at once.
"""

from __future__ import annotations

from cluster_core.api.conversion import Form
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.ownership import with_managed_fields

# The process that sends the requests of clients outside the cluster; reads out of band are theirs, too.
OUTSIDE = "clients"


def with_owners(request: Request, kind: Kind, obj: Obj) -> Obj:
    """A stored object as the sender of a request sees it, in the stored version."""
    return with_managed_fields(obj, kind) if request.source == OUTSIDE else obj


def seen_by(request: Request, form: Form, answer: Obj) -> Obj:
    """The answer of a write as its sender sees it, in the version that it speaks."""
    shown: Obj = form.shown(with_owners(request, form.kind, answer))
    return shown
