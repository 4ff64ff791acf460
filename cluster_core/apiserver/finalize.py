"""The end of a namespace: who still has something to do there. Upstream: `ValidateNamespaceFinalizeUpdate`."""

from __future__ import annotations

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import named
from cluster_core.api.kinds.kind import STANDARD_FINALIZERS, Kind
from cluster_core.api.request import Obj
from cluster_core.apiserver.write import Context, refuse

UNQUALIFIED = "name is neither a standard finalizer name nor is it fully qualified"


def finalized(kind: Kind, new: Obj, old: Obj, _context: Context) -> Obj:
    """The namespace with other finalizers in its spec. Raises 422 for names that are none."""
    found = {**old, "spec": new.get("spec") or {}}
    causes: list[Cause] = []
    for index, name in enumerate(found["spec"].get("finalizers") or ()):
        path = f"spec.finalizers[{index}]"
        causes += named(name, names.qualified, path)
        if "/" not in name and name not in STANDARD_FINALIZERS:
            causes.append(Cause(path, "Invalid", UNQUALIFIED, name))
    refuse(kind, found, causes)
    return found
