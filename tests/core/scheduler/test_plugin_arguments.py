"""Arguments of plugins: what a plugin gets is what it can work with."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.plugin_arguments import ARGUMENTS, ArgumentError, check_arguments
from cluster_core.scheduler.plugins import PLUGINS

TERM = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]}
SPREAD = {"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}


@pytest.mark.parametrize(
    ("plugin", "args"),
    [
        (
            "NodeResourcesFit",
            {"scoringStrategy": {"type": "MostAllocated", "resources": [{"name": "cpu", "weight": 3}]}},
        ),
        (
            "NodeResourcesFit",
            {"scoringStrategy": {"requestedToCapacityRatio": {"shape": [{"utilization": 0, "score": 10}]}}},
        ),
        ("InterPodAffinity", {"hardPodAffinityWeight": 0, "ignorePreferredTermsOfExistingPods": True}),
        ("NodeAffinity", {"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": TERM}}),
        ("PodTopologySpread", {"defaultingType": "List", "defaultConstraints": [SPREAD]}),
        ("DefaultPreemption", {"minCandidateNodesPercentage": 1, "kind": "DefaultPreemptionArgs"}),
    ],
)
def test_what_plugins_take(plugin: str, args: dict[str, Any]) -> None:
    check_arguments(plugin, args)


@pytest.mark.parametrize(
    ("plugin", "args"),
    [
        ("NodeName", {"x": 1}),
        ("NodeResourcesFit", {"scoringStrategy": {"type": "Best"}}),
        ("NodeResourcesFit", {"scoringStrategy": {"resources": [{"name": "cpu", "weight": 0}]}}),
        ("NodeResourcesFit", {"scoringStrategy": {"resources": "cpu"}}),
        ("NodeResourcesFit", {"ignoredResources": [7]}),
        ("InterPodAffinity", {"hardPodAffinityWeight": "1"}),
        ("InterPodAffinity", {"ignorePreferredTermsOfExistingPods": 1}),
        ("NodeAffinity", {"addedAffinity": "x"}),
        (
            "NodeAffinity",
            {"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}},
        ),
        ("PodTopologySpread", {"defaultConstraints": [{"topologyKey": "zone"}]}),
        ("PodTopologySpread", {"defaultingType": "Mine"}),
    ],
)
def test_what_they_do_not_take(plugin: str, args: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match=plugin):
        check_arguments(plugin, args)


def test_a_shape_rises() -> None:
    shape = [{"utilization": 50, "score": 1}, {"utilization": 50, "score": 2}]
    with pytest.raises(ArgumentError, match="increasing order"):
        check_arguments("NodeResourcesFit", {"scoringStrategy": {"requestedToCapacityRatio": {"shape": shape}}})


def test_every_plugin_can_be_made_with_the_arguments_of_its_row() -> None:
    known = {plugin.name for plugin in PLUGINS}
    assert set(ARGUMENTS) - known <= {"VolumeBinding"}
