"""KubeSchedulerConfiguration."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.configuration import API_VERSION, ConfigurationError, read_configuration
from cluster_core.scheduler.plugins import PLUGINS

HEAD = {"apiVersion": API_VERSION, "kind": "KubeSchedulerConfiguration"}


def test_without_anything_there_is_the_default_profile() -> None:
    found = read_configuration({})
    (profile,) = found.profiles
    assert profile.scheduler_name == "default-scheduler" and found.backoff == (1_000_000, 10_000_000)
    assert [type(plugin) for plugin in profile.plugins] == PLUGINS


def test_profiles_differ_in_plugins_weights_and_arguments() -> None:
    packing = {
        "schedulerName": "packing",
        "percentageOfNodesToScore": 30,
        "plugins": {
            "score": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeResourcesFit", "weight": 7}]},
            "filter": {"disabled": [{"name": "TaintToleration"}]},
            "postFilter": {"disabled": [{"name": "*"}]},
        },
        "pluginConfig": [{"name": "NodeResourcesFit", "args": {"scoringStrategy": {"type": "MostAllocated"}}}],
    }
    given = {**HEAD, "podMaxBackoffSeconds": 3, "profiles": [{"schedulerName": "default-scheduler"}, packing]}
    found = read_configuration(given)
    default, other = found.profiles
    assert found.backoff == (1_000_000, 3_000_000)
    assert len(default.scorers) > 5 and default.weights["TaintToleration"] == 3
    assert [plugin.name for plugin in other.scorers] == ["NodeResourcesFit"]
    assert (other.weights["NodeResourcesFit"], other.percentage, other.post_filters) == (7, 30, [])
    assert "TaintToleration" not in [plugin.name for plugin in other.filters]
    assert "NodeName" in [plugin.name for plugin in other.filters]
    (fit,) = other.scorers
    assert fit.args == {"scoringStrategy": {"type": "MostAllocated"}}


def test_everything_can_be_turned_off_but_what_is_named() -> None:
    plugins = {"multiPoint": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeName"}]}}
    (profile,) = read_configuration({"profiles": [{"plugins": plugins}]}).profiles
    assert [plugin.name for plugin in profile.plugins] == ["NodeName"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "Pod", "apiVersion": "v1"}, 'no kind "Pod" is registered'),
        ({**HEAD, "percentageOfNodesToScore": 101}, "not in valid range"),
        ({**HEAD, "profiles": [{}, {}]}, "Duplicate value"),
        ({**HEAD, "profiles": [{}] * 17}, "at most 16"),
        ({**HEAD, "profiles": "x"}, "expected a list"),
        ({**HEAD, "profiles": ["x"]}, "expected an object"),
        ({**HEAD, "profiles": [{"schedulerName": 7}]}, "expected a text"),
        ({**HEAD, "profiles": [{"plugins": {"scores": {}}}]}, 'unknown field "profiles.plugins.scores"'),
        ({**HEAD, "profiles": [{"plugins": {"score": {"enabled": [{"name": "X"}]}}}]}, 'plugin "X" does not exist'),
        ({**HEAD, "profiles": [{"pluginConfig": [{"name": "NodeName"}] * 2}]}, "repeated config for plugin NodeName"),
        ({**HEAD, "podInitialBackoffSeconds": 0}, "not in valid range"),
    ],
)
def test_what_no_scheduler_would_start_with(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_configuration(given)
