"""kubectl diff: what apply would change. Upstream: `k8s.io/kubectl/pkg/cmd/diff`.

Real Kubernetes' kubectl hands two directories to the program `diff`; here the differences are worked out in the same form.
"""

from __future__ import annotations

import difflib
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.strategic_patch import three_way_patch
from cluster_core.kubectl import words
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, Manifest, manifests
from cluster_core.kubectl.printing import documents
from cluster_core.kubectl.verbs.apply import last_applied

FLAGS = (
    FILENAME,
    RECURSIVE,
    Flag("server-side", kind="bool"),
    Flag("force-conflicts", kind="bool"),
    Flag("field-manager"),
    Flag("show-managed-fields", kind="bool"),
    Flag("selector", "l"),
)
MASK = "***"


def diff(terminal: Terminal, given: Arguments) -> Talk:
    """Print what an apply would change; exit code 1 if anything."""
    if not given.given("filename"):
        raise KubectlError("error: must specify one of -f and -k")
    for one in manifests(terminal, given, "diff"):
        path = one.resource.path(one.namespace, one.name)
        live: Answer = yield from ask(terminal, Call("GET", path))
        if not live.ok and live.code != 404:
            raise failed(live)
        call = _applied(given, one, live.body if live.ok else None)
        merged: Answer = yield from ask(terminal, call)
        if not merged.ok:
            raise failed(merged, f'applying patch to "{words.SOURCE}"' if call.method == "PATCH" else "")
        if _print(terminal, given, one, live.body if live.ok else {}, merged.body):
            terminal.code = 1


def _applied(given: Arguments, one: Manifest, live: Obj | None) -> Call:
    """The dry run of what apply would send."""
    query = {"dryRun": "All", "fieldManager": given.text("field-manager") or "kubectl-client-side-apply"}
    path = one.resource.path(one.namespace, one.name)
    if given.flag("server-side"):
        query["force"] = str(given.flag("force-conflicts")).lower()
        return Call("PATCH", path, query, one.obj, "application/apply-patch+yaml")
    if live is None:
        return Call("POST", one.resource.path(one.namespace), query, one.obj)
    # As apply does, which writes the annotations of the manifest even if there are none.
    meta = {"annotations": {}, **one.obj["metadata"]}
    patch = three_way_patch(last_applied(live), {**one.obj, "metadata": meta}, live, one.resource.kind)
    return Call("PATCH", path, query, patch, "application/strategic-merge-patch+json")


def _print(terminal: Terminal, given: Arguments, one: Manifest, live: Obj, merged: Obj) -> bool:
    if one.resource.kind == "Secret" and not one.resource.group:
        live, merged = _masked(live, merged)
    if not given.flag("show-managed-fields"):
        live, merged = documents.without_managed_fields(live), documents.without_managed_fields(merged)
    before, after = (documents.as_yaml(obj).split("\n") if obj else [] for obj in (live, merged))
    group = f"{one.resource.group}." if one.resource.group else ""
    name = f"{group}{one.resource.version}.{one.resource.kind}.{one.namespace}.{one.name}"
    found = list(difflib.unified_diff(before, after, f"LIVE/{name}", f"MERGED/{name}", lineterm=""))
    if found:
        terminal.out(f"diff -u -N LIVE/{name} MERGED/{name}")
    for line in found:
        terminal.out(line)
    return bool(found)


def _masked(live: Obj, merged: Obj) -> tuple[Obj, Obj]:
    """Secrets whose values only say whether they change."""
    old, new = live.get("data") or {}, merged.get("data") or {}

    def shown(name: str, which: str) -> Any:
        same = name not in old or name not in new or old[name] == new[name]
        return MASK if same else f"{MASK} ({which})"

    masked = [{**live, "data": {name: shown(name, "before") for name in old}} if old else live]
    masked.append({**merged, "data": {name: shown(name, "after") for name in new}} if new else merged)
    return masked[0], masked[1]
