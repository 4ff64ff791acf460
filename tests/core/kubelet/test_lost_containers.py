"""What the last status of a deleted pod says of containers that never ran."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.lost_containers import UNKNOWN, with_ends

IDLE = {"waiting": {"reason": "ContainerCreating"}}
DONE = {"terminated": {"exitCode": 0, "reason": "Completed"}}


def told(state: dict[str, Any]) -> dict[str, Any]:
    return {"name": "c", "state": state, "lastState": {}}


def states(found: dict[str, Any], name: str = "containerStatuses") -> list[dict[str, Any]]:
    return [one["state"] for one in found[name]]


def test_a_container_that_never_ran_has_failed() -> None:
    """Recording 06 has one: a daemon that was deleted half a second after it was made."""
    assert states(with_ends({"containerStatuses": [told(IDLE), told(DONE)]}, initialized=True)) == [UNKNOWN, DONE]


def test_only_what_was_begun_of_the_init_containers_has_failed() -> None:
    status = {"initContainerStatuses": [told(IDLE), told(IDLE)], "containerStatuses": [told(IDLE)]}
    found = with_ends(status, initialized=False)
    assert states(found, "initContainerStatuses") == [UNKNOWN, IDLE] and states(found) == [IDLE]
    status["initContainerStatuses"] = [told(DONE), told({"running": {}}), told(IDLE)]
    assert states(with_ends(status, initialized=False), "initContainerStatuses") == [DONE, UNKNOWN, IDLE]
