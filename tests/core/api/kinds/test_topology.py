"""Selectors of topologies."""

from __future__ import annotations

from cluster_core.api.kinds.topology import validate_topologies

ZONE = {"matchLabelExpressions": [{"key": "zone", "values": ["a", "b"]}]}


def test_good_ones() -> None:
    assert validate_topologies([ZONE], "p") == []


def test_bad_ones() -> None:
    terms = [ZONE, ZONE, {}, {"matchLabelExpressions": [{"key": "zone"}, {"key": "zone", "values": ["a", "a"]}]}]
    found = [cause.field for cause in validate_topologies(terms, "p")]
    assert found == [
        "p[1].matchLabelExpressions",
        "p[2].matchLabelExpressions",
        "p[3].matchLabelExpressions[0].values",
        "p[3].matchLabelExpressions[1].values[1]",
        "p[3].matchLabelExpressions[1].key",
    ]
