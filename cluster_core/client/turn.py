"""The turns of control loops: a free worker, a key that comes (back), a reconcile under way."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.client.plan import Plan
from cluster_core.sim.process import Message


@dataclass(slots=True)
class Work(Message):
    """A worker of a controller is free and a key waits."""

    handler = "on_work"

    controller: str


@dataclass(slots=True)
class AddKey(Message):
    """A key comes (back) into a queue: after a back-off or a requested delay."""

    handler = "on_add_key"

    controller: str
    key: str


@dataclass(slots=True)
class Turn:
    """A reconcile under way: which stage, how many answers are awaited, whether one failed."""

    plan: Plan
    stage: int = -1
    waiting: int = 0
    failed: bool = False
    concluded: bool = False
