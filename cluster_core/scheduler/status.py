"""What plugins answer: statuses, and the statuses of all nodes in a cycle. Upstream: `k8s.io/kube-scheduler/framework` (Status, NodeToStatus)."""

from __future__ import annotations

from dataclasses import dataclass, field

UNSCHEDULABLE = "Unschedulable"
UNRESOLVABLE = "UnschedulableAndUnresolvable"
ERROR = "Error"
SKIP = "Skip"


@dataclass(slots=True)
class Status:
    """A plugin's answer that is not success: a code, reasons in upstream's words, and the plugin (entered by the profile).

    Unschedulable: evicting pods could help. UnschedulableAndUnresolvable: it could not. Error: the attempt failed and is
    repeated after a back-off. Skip (PreFilter and PreScore only): leave the plugin's Filter, or Score, out of this cycle.
    """

    code: str
    reasons: list[str] = field(default_factory=list)
    plugin: str = ""

    @property
    def rejects(self) -> bool:
        """Whether it says that the pod does not fit."""
        return self.code in (UNSCHEDULABLE, UNRESOLVABLE)


def skip() -> Status:
    """The plugin has nothing to do with this pod."""
    return Status(SKIP)


@dataclass(slots=True)
class NodeStatuses:
    """Which node was refused and why: `said` by name, and `absent` for every other of the `total` nodes.

    `absent` is only told of nodes that were never looked at, because PreFilter refused the pod or narrowed the nodes; it is
    None when every refused node is in `said`. `narrowed_by` are the plugins that named the only nodes to look at.
    """

    total: int = 0
    said: dict[str, Status] = field(default_factory=dict)
    absent: Status | None = None
    narrowed_by: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.said) or self.absent is not None

    def get(self, name: str) -> Status | None:
        """The refusal of a node; None if it will do."""
        return self.said.get(name, self.absent)

    @property
    def unsaid(self) -> int:
        """For how many nodes `absent` holds."""
        return self.total - len(self.said) if self.absent is not None else 0

    def plugins(self) -> list[str]:
        """The plugins that refused at least one node, or narrowed the nodes, sorted: something about one of them has to
        change before another attempt is worth while.
        """
        found = {status.plugin for status in self.said.values()} | set(self.narrowed_by)
        if self.absent is not None and self.absent.plugin:
            found.add(self.absent.plugin)
        return sorted(found)

    def reasons(self) -> dict[str, int]:
        """How many nodes gave each reason."""
        counts: dict[str, int] = {}
        for status in self.said.values():
            for reason in status.reasons:
                counts[reason] = counts.get(reason, 0) + 1
        if self.unsaid and self.absent is not None:
            for reason in self.absent.reasons:
                counts[reason] = counts.get(reason, 0) + self.unsaid
        return counts

    def with_code(self, code: str) -> int:
        """How many nodes were refused with a code."""
        rest = self.unsaid if self.absent is not None and self.absent.code == code else 0
        return rest + sum(status.code == code for status in self.said.values())
