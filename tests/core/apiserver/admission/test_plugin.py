"""What a plugin is asked."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.admission import PLUGINS, plugins_at
from cluster_core.apiserver.admission.plugin import CREATE, Attributes


def test_a_refusal_names_the_object_or_what_the_client_gave() -> None:
    request = Request(1, "c", "u", "create", "deployments.apps", "default", body={"metadata": {"generateName": "web-"}})
    found = Attributes(CREATE, by_resource("deployments"), request, None, {"metadata": {"name": "web-x"}})  # type: ignore[arg-type]
    error = found.refused("no")
    assert error.message == 'deployments.apps "web-x" is forbidden: no'
    assert error.details == {"name": "web-x", "group": "apps", "kind": "deployments"}
    assert found.given_name() == "web-"


def test_plugins_stand_in_upstreams_order_and_only_where_they_say() -> None:
    names = [plugin.name for plugin in plugins_at(CREATE, "pods", "")]
    assert names == [
        "LimitRanger",
        "ServiceAccount",
        "NodeRestriction",
        "PodSecurity",
        "Priority",
        "DefaultTolerationSeconds",
        "RuntimeClass",
        "PodTopologyLabels",
    ]
    assert plugins_at("UPDATE", "events", "") == ()
    assert len({plugin.name for plugin in PLUGINS}) == len(PLUGINS)
