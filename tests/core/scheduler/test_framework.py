"""What plugins may keep, and how scores are scaled."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState, Plugin, StateData, default_normalized, overrides
from cluster_core.scheduler.plugins.node_ports import NodePorts


def test_scores_are_scaled_by_the_largest() -> None:
    assert [default_normalized(score, 40, reverse=False) for score in (0, 10, 40)] == [0, 25, 100]
    assert [default_normalized(score, 4, reverse=True) for score in (0, 1, 4)] == [100, 75, 0]
    assert (default_normalized(0, 0, reverse=True), default_normalized(0, 0, reverse=False)) == (100, 0)


class Count(StateData):
    """A number that a dry run changes."""

    def __init__(self, number: int) -> None:
        self.number = number

    def clone(self) -> Count:
        return Count(self.number)


def test_a_dry_run_has_a_state_of_its_own() -> None:
    state = CycleState({"Counting": Count(1), "Fixed": StateData()}, {"NodePorts"})
    other = state.clone()
    other.data["Counting"].number = 2
    other.skip_filter.clear()
    assert (state.data["Counting"].number, state.skip_filter) == (1, {"NodePorts"})
    assert other.data["Fixed"] is state.data["Fixed"]


def test_a_plugin_is_called_where_it_has_an_opinion() -> None:
    assert [overrides(NodePorts(), point) for point in ("filter", "score")] == [True, False]
    assert not overrides(Plugin(), "filter")
