"""What a turn of a controller wants done: actions in stages, with the decisions behind them. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Action:
    """One write that a reconcile wants. Reasons in `ignore` ("NotFound", "AlreadyExists", "Conflict") count as success."""

    verb: str
    resource: str
    namespace: str = ""
    name: str = ""
    body: Any = None
    subresource: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()


@dataclass(slots=True)
class Decision:
    """What a turn chose or refused, as a message id and parameters (for the trace and the workloads view)."""

    id: str
    params: dict[str, Any]
    taken: bool = True


@dataclass(slots=True)
class Plan:
    """What one turn wants done: stages in order, then `requeue_after` (µs from now) if set."""

    stages: list[list[Action]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    requeue_after: int | None = None


@dataclass(slots=True)
class Past:
    """What is remembered of the turns about one key: how many, the last one, the last refused write, the next try (µs)."""

    turns: int = 0
    at: int = 0
    number: int = 0
    refused: dict[str, Any] | None = None
    retry_at: int | None = None
