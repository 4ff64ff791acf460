"""How a session ends, as the Status on its error channel says it.

Upstream: kubelet `cri-streaming/remotecommand/exec.go`, apiserver `util/proxy/streamtranslator.go` (which repeats "Internal error occurred").
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from cluster_core.api.errors import ApiError
from cluster_core.kubelet.session import Session
from explorer.kubeapi.streams.channels import Protocol

RUNTIME = "OCI runtime"


def ending(session: Session) -> dict[str, Any]:
    """The Status of a session that has ended. How the main program of an attached container ended is in the pod's status."""
    if session.error:
        return internal(_words(session))
    if session.attached or not session.exit_code:
        return {"metadata": {}, "status": "Success"}
    told = f"command terminated with exit code {session.exit_code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: {told}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(session.exit_code)}]},
    }


def internal(words: str) -> dict[str, Any]:
    """The Status of a failure on the way."""
    details = {"causes": [{"message": words}]}
    return ApiError(500, "InternalError", f"Internal error occurred: {words}", details).status()


def encoded(status: dict[str, Any], protocol: Protocol) -> bytes:
    """What the error channel says of it: the old protocols speak only of failures, in plain text."""
    if protocol.statuses:
        return msgspec.json.encode(status)
    return str(status.get("message", "")).encode() if status["status"] == "Failure" else b""


def _words(session: Session) -> str:
    if session.error.startswith(RUNTIME):
        identity = hashlib.sha256(f"{session.container}/{session.id}".encode()).hexdigest()
        what = f'failed to exec in container: failed to start exec "{identity}": {session.error}'
        return f"Internal error occurred: error executing command in container: {what}"
    if not session.opened:
        return f"unable to upgrade connection: {session.error}"
    return session.error
