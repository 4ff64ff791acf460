"""What a comparison found: how much agrees, by aspect, and every difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SHOWN_MAX = 600


@dataclass(frozen=True)
class Difference:
    """`aspect` is what was compared, `where` of which object and in which act (the step that began it), `what` of it."""

    aspect: str
    where: str
    what: str
    recorded: Any
    simulated: Any

    def as_json(self) -> dict[str, Any]:
        """The difference as plain JSON."""
        return {
            "aspect": self.aspect,
            "where": self.where,
            "what": self.what,
            "recorded": self.recorded,
            "simulated": self.simulated,
        }

    def as_text(self) -> str:
        """Three lines for people."""
        head = f"{self.aspect}: {self.where}: {self.what}"
        return f"{head}\n    recorded:  {_short(self.recorded)}\n    simulated: {_short(self.simulated)}"


@dataclass
class Report:
    """`agrees` counts what was compared and found equal, by aspect."""

    recording: str
    agrees: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def compare(self, aspect: str, where: str, what: str, recorded: Any, simulated: Any) -> bool:
        """Note whether two values are equal."""
        return self.note(recorded == simulated, aspect, where, what, recorded, simulated)

    def note(self, holds: bool, aspect: str, where: str, what: str, recorded: Any, simulated: Any) -> bool:
        """Note whether two values agree by a rule of their own."""
        if holds:
            self.agrees[aspect] += 1
        else:
            self.differences.append(Difference(aspect, where, what, recorded, simulated))
        return holds

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return {
            "recording": self.recording,
            "agrees": dict(sorted(self.agrees.items())),
            "differences": [one.as_json() for one in self.differences],
        }

    def as_text(self) -> str:
        """The report for people."""
        lines = [f"{self.recording}: {sum(self.agrees.values())} comparisons agree, {len(self.differences)} differ"]
        lines += [f"  {aspect}: {count} agree" for aspect, count in sorted(self.agrees.items())]
        lines += [f"  {one.as_text()}" for one in self.differences]
        return "\n".join(lines)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]} …"
