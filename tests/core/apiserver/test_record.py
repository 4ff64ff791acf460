"""What the trace tells of a request."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.authentication.identity import component
from cluster_core.apiserver.authorization.attributes import Opinion
from cluster_core.apiserver.caller import Caller
from cluster_core.apiserver.record import request_params, stages_of
from cluster_core.apiserver.write import Write

REQUEST = Request(1, "client", "jane", "create", "pods", "default", "web")
REQUEST.caller = Caller(component("jane"), Opinion(True, "", {"authorizer": "RBAC"}))


def test_the_object_is_named_by_its_path() -> None:
    assert request_params(REQUEST, by_resource("pods"), "web", 201)["object"] == "pod/default/web"
    node = Request(1, "client", "jane", "delete", "nodes", "default", "n1")
    assert request_params(node, by_resource("nodes"), "n1", 200)["object"] == "node/n1"
    assert "object" not in request_params(REQUEST, None, "web", 404)


def test_stages_that_changed_nothing_are_left_out() -> None:
    write = Write("web", {}, 0, {})
    assert list(stages_of(REQUEST, write, 0, 9, 3)) == ["authentication", "authorization", "etcd", "watches"]
    write.admission, write.defaulted = [["ServiceAccount", 4]], 6
    stages = stages_of(REQUEST, write, 2, 9, 3)
    assert stages["conflicts"] == 2
    assert (stages["defaulting"], stages["admission"], stages["etcd"], stages["watches"]) == (
        6,
        [["ServiceAccount", 4]],
        9,
        3,
    )
