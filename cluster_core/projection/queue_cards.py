"""The cards of schedulers and of the pods in their queues."""

from __future__ import annotations

from typing import TypedDict


class SchedulerCard(TypedDict):
    """A scheduler with how many pods wait in each pool of its queue."""

    name: str  # as pods name it in schedulerName
    process: str
    up: bool
    active: int
    backoff: int
    unschedulable: int
    gated: int
    turns: int  # scheduling cycles so far


class WaitingCard(TypedDict):
    """A pod in a scheduling queue; of a large pool the first ones."""

    pod: str  # namespace/name
    scheduler: str
    pool: str  # active | backoff | unschedulable | gated
    priority: int
    since: int  # in the pool, µs
    attempts: int
    until: int | None  # when its back-off ends, µs
    plugins: list[str]  # that refused it
    waits_for: list[str]  # cluster events in upstream's words, "Node/Add"
    message: str  # of the last decision
    nominated: str  # the node that preemption clears for it


class DecidedCard(TypedDict):
    """A decision that a scheduler made lately."""

    pod: str
    scheduler: str
    at: int
    node: str | None  # None: it fits on no node
    message: str
