"""kubectl certificate approve and deny. Upstream: `k8s.io/kubectl/pkg/cmd/certificates`."""

from __future__ import annotations

from cluster_core.api.timestamp import rfc3339
from cluster_core.kubectl.changing import Found, find
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE
from cluster_core.kubectl.outcome import OUTPUT, said

FLAGS = (FILENAME, RECURSIVE, OUTPUT, Flag("force", kind="bool"))
RESOURCE = "certificatesigningrequests"


def approve(terminal: Terminal, given: Arguments) -> Talk:
    """Approve certificate signing requests."""
    yield from _decide(terminal, given, "Approved", "Denied", "approve")


def deny(terminal: Terminal, given: Arguments) -> Talk:
    """Deny certificate signing requests."""
    yield from _decide(terminal, given, "Denied", "Approved", "deny")


def _decide(terminal: Terminal, given: Arguments, wanted: str, never: str, verb: str) -> Talk:
    if not given.words and not given.given("filename"):
        raise KubectlError("error: one or more CSRs must be specified as <name> or -f <filename>")
    for found in (yield from find(terminal, given, [RESOURCE, *given.words])):
        there = (found.obj.get("status") or {}).get("conditions") or []
        if any(one["type"] == never for one in there):
            raise KubectlError(f'error: certificate signing request "{found.name}" is already {never}')
        if given.flag("force") or not any(one["type"] == wanted for one in there):
            yield from _update(terminal, found, wanted, verb)
        said(terminal, given, found.label, "approved" if verb == "approve" else "denied", found.obj)


def _update(terminal: Terminal, found: Found, wanted: str, verb: str) -> Talk:
    condition = {
        "type": wanted,
        "status": "True",
        "reason": f"Kubectl{verb.capitalize()}",
        "message": f"This CSR was {'approved' if verb == 'approve' else 'denied'} by kubectl certificate {verb}.",
        "lastUpdateTime": rfc3339(terminal.now),
    }
    status = found.obj.get("status") or {}
    kept = [one for one in status.get("conditions") or () if one["type"] != wanted]
    body = {**found.obj, "status": {**status, "conditions": [*kept, condition]}}
    answer: Answer = yield from ask(terminal, Call("PUT", found.path("approval"), {}, body))
    if not answer.ok:
        raise failed(answer)
