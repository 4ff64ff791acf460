"""Comparing a recording with what the simulator did."""

from __future__ import annotations

from explorer.reference import (
    compare_decisions,
    compare_events,
    compare_final,
    compare_objects,
    compare_outputs,
    compare_pods,
)
from explorer.reference.player import Player
from explorer.reference.recording import Recording
from explorer.reference.report import Report
from explorer.reference.sides import Sides
from explorer.reference.story import Story

ASPECTS = (compare_objects, compare_pods, compare_events, compare_decisions, compare_final, compare_outputs)


def compare(recording: Recording, story: Story) -> Report:
    """What agrees between a recording and a story of the same steps, and every difference."""
    report = Report(recording.name)
    sides = Sides(recording, story, report)
    for aspect in ASPECTS:
        aspect.compare(sides)
    return report


def replayed(recording: Recording) -> Report:
    """Play a recording, and compare. Raises RecordingError."""
    return compare(recording, Player(recording).run())
