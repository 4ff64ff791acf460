"""How sessions end, in upstream's words."""

from __future__ import annotations

import json

from cluster_core.kubelet.session import Session
from explorer.kubeapi.streams.channels import Protocol
from explorer.kubeapi.streams.endings import encoded, ending, internal


def session(code: int | None, error: str = "", **more: bool) -> Session:
    found = Session("session-1", "default", "p", "c", ["x"], **more)
    found.end(5, code, error)
    return found


def test_success_and_an_exit_code() -> None:
    assert ending(session(0)) == {"metadata": {}, "status": "Success"}
    failed = ending(session(3))
    assert (failed["status"], failed["reason"]) == ("Failure", "NonZeroExitCode")
    assert failed["details"] == {"causes": [{"reason": "ExitCode", "message": "3"}]}
    # The client looks into the pod's status for it.
    assert ending(session(3, attached=True))["status"] == "Success"


def test_a_program_that_is_not_there() -> None:
    text = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "x": executable file not found in $PATH: unknown'
    status = ending(session(127, text, opened=True))
    assert status["message"].startswith(
        "Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "
    )
    assert status["message"].endswith(text)
    assert (status["reason"], status["code"]) == ("InternalError", 500)


def test_a_container_that_is_not_there() -> None:
    status = ending(session(None, 'container not found ("c")'))
    assert status["message"] == 'Internal error occurred: unable to upgrade connection: container not found ("c")'
    assert (
        ending(session(None, "connection reset", opened=True))["message"] == "Internal error occurred: connection reset"
    )


def test_old_protocols_speak_of_failures_only() -> None:
    old, new = Protocol(None, statuses=False), Protocol("v4")
    assert encoded(ending(session(0)), old) == b""
    assert encoded(internal("gone"), old) == b"Internal error occurred: gone"
    assert json.loads(encoded(ending(session(0)), new)) == {"metadata": {}, "status": "Success"}
