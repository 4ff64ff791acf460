"""What is known of the containers of a pod that bears on what they consume: when they ran, what they may take. Frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContainerMeter:
    """A container. `runs` are (started, ended or None) of its last starts; CPU in millicores, memory in bytes; limit 0: none.

    `cpu` and `memory` are what it takes without any load.
    """

    name: str
    runs: tuple[tuple[int, int | None], ...]
    cpu: int
    memory: int
    cpu_limit: int = 0
    memory_limit: int = 0
    is_init: bool = False

    def run_at(self, at: int) -> int | None:
        """When the process began that runs right after `at`; None if none does."""
        return next((start for start, end in self.runs if start <= at and (end is None or at < end)), None)


@dataclass(frozen=True, slots=True)
class PodMeter:
    """A pod on its node. `turns` are the times (µs) at which it became Ready, no longer, again …"""

    namespace: str
    name: str
    uid: str
    node: str
    labels: dict[str, str]
    containers: tuple[ContainerMeter, ...]
    turns: tuple[int, ...] = ()
    gone: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """(namespace, name)."""
        return self.namespace, self.name

    def is_ready(self, at: int) -> bool:
        """Whether it is Ready right after `at`."""
        return sum(turn <= at for turn in self.turns) % 2 == 1

    def target_of(self, container: str) -> str:
        """The container that a load falls on."""
        names = [one.name for one in self.containers if not one.is_init]
        return container if container in names or not names else names[0]
