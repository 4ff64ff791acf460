"""What a validator found: causes, and how many of its checks agreed (the best of several alternatives has most)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from cluster_core.api.errors import Cause


@dataclass(slots=True)
class Verdict:
    """The causes and the count of the checks made."""

    causes: list[Cause] = field(default_factory=list)
    count: int = 0

    @classmethod
    def of(cls, cause: Cause) -> Verdict:
        """One cause."""
        return cls([cause])

    def add(self, cause: Cause) -> None:
        """One more cause."""
        self.causes.append(cause)

    def merge(self, other: Verdict) -> Verdict:
        """Take over what another check found; a check that found nothing counts for itself."""
        self.causes += other.causes
        self.count += other.count + (not other.causes)
        return self


def quoted(text: str) -> str:
    """A text as Go's %q prints it."""
    return json.dumps(text, ensure_ascii=False)
