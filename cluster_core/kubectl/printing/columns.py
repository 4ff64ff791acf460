"""`-o custom-columns=NAME:.metadata.name,…`. Upstream: `k8s.io/kubectl/pkg/cmd/get/customcolumn.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.kubectl.conversation import KubectlError
from cluster_core.kubectl.printing.jsonpath import JsonPathError, find, text_of
from cluster_core.kubectl.printing.table import aligned


def custom_columns(spec: str, items: list[Obj], headers: bool) -> list[str]:
    """The lines of a table whose columns the user chose. KubectlError for a spec that cannot be read."""
    if not spec:
        raise KubectlError("error: custom-columns format specified but no custom columns given")
    columns = [part.partition(":") for part in spec.split(",")]
    for name, colon, path in columns:
        if not colon or not path:
            shown = f"{name}{colon}{path}"
            raise KubectlError(f"error: unexpected custom-columns spec: {shown}, expected <header>:<json-path-expr>")
    rows = [[name for name, _, _ in columns]] if headers else []
    rows.extend([_cell(path, item) for _, _, path in columns] for item in items)
    return aligned(rows)


def _cell(path: str, item: Obj) -> str:
    path = path.removeprefix("{").removesuffix("}")
    try:
        found = find(path if path.startswith((".", "[")) else f".{path}", item)
    except JsonPathError:
        found = []
    return ",".join(text_of(value) for value in found) or "<none>"
