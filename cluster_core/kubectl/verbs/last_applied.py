"""kubectl apply view-last-applied. Upstream: `k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go`."""

from __future__ import annotations

import json

from cluster_core.kubectl.changing import FOUND_BY, find
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Talk, Terminal
from cluster_core.kubectl.kubectl import LAST_APPLIED
from cluster_core.kubectl.printing import documents

FLAGS = (*FOUND_BY, Flag("output", "o", default="yaml"))


def view(terminal: Terminal, given: Arguments) -> Talk:
    """Print what was applied last."""
    form = given.text("output")
    texts = []
    for found in (yield from find(terminal, given, given.words)):
        text = (found.obj["metadata"].get("annotations") or {}).get(LAST_APPLIED)
        if text is None:
            if given.given("filename"):
                raise KubectlError(f"error: no last-applied-configuration annotation found on resource: {found.name}")
            continue
        texts.append(text)
    if form not in ("yaml", "json"):
        usage = "See 'kubectl apply view-last-applied -h' for help and examples"
        raise KubectlError(
            f"error: Unexpected -o output mode: {form}, the flag 'output' must be one of yaml|json\n{usage}"
        )
    for text in texts:
        try:
            obj = json.loads(text)
        except ValueError as error:
            raise KubectlError(f"error: {error}") from error
        terminal.out(documents.as_yaml(obj) if form == "yaml" else json.dumps(obj, indent=2, ensure_ascii=False))
