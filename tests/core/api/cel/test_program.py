"""Running expressions."""

from __future__ import annotations

import pytest

from cluster_core.api.cel.problem import CostExceeded
from cluster_core.api.cel.program import Meter
from tests.core.api.cel.evaluating import cost, failure, value


def test_escaped_names_are_read_by_their_json_names() -> None:
    assert value("self.a__dash__b") == "q"
    assert value("has(self.a__dash__b)") is True


def test_costs_are_upstreams() -> None:
    assert cost("self.replicas") == 2
    assert cost("self.replicas <= self.max") == 5
    assert cost("has(self.name)") == 1
    assert cost("[1, 2]") == 10
    assert cost("{'a': 1}") == 30
    assert cost("true || self.name == 'x'") == 0


def test_a_run_is_bounded() -> None:
    source = "self.tags.all(a, self.tags.all(b, self.tags.all(c, a + b + c != '')))"
    assert value(source, limit=200)
    with pytest.raises(CostExceeded):
        value(source, limit=50)
    with pytest.raises(CostExceeded):
        value("lists.range(1000000000).size()")


def test_the_meter_is_shared() -> None:
    meter = Meter(3)
    meter.charge(3)
    with pytest.raises(CostExceeded):
        meter.charge(1)


def test_selections_of_what_is_not_there() -> None:
    assert failure("object.missing") == "no such key: missing"
    assert failure("object.name.x") == "no such overload"
    assert failure("has(object.name.x)") == "no such overload"
    assert value("object.?missing.?x.hasValue()") is False
