"""Which pods count as the same kind."""

from __future__ import annotations

from cluster_core.scheduler.default_selector import default_selector
from cluster_core.scheduler.lister import ObjectLister
from tests.core.scheduler.machines import pod

META = {"namespace": "default", "name": "web"}
SERVICE = {"metadata": META, "spec": {"selector": {"app": "web"}}}
HEADLESS = {"metadata": {**META, "name": "none"}, "spec": {}}
SET = {
    "metadata": META,
    "spec": {
        "selector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a"]}],
        }
    },
}
LISTER = ObjectLister(
    {
        "services": [SERVICE, HEADLESS],
        "replicasets.apps": [SET],
        "statefulsets.apps": [SET],
        "replicationcontrollers": [SERVICE],
    }
)


def test_services_and_the_controller_together() -> None:
    assert str(default_selector(pod(labels={"app": "web"}), LISTER)) == "app=web"
    for kind in ("ReplicaSet", "StatefulSet"):
        owned = pod(labels={"app": "web"}, owner=(kind, "web"))
        assert str(default_selector(owned, LISTER)) == "app=web,app=web,tier=a"


def test_a_replication_controller_has_a_map() -> None:
    owned = pod(labels={"app": "x"}, owner=("ReplicationController", "web"))
    owned.pod["metadata"]["ownerReferences"][0]["apiVersion"] = "v1"
    assert str(default_selector(owned, LISTER)) == "app=web"


def test_others_have_none() -> None:
    assert str(default_selector(pod(labels={"app": "db"}), LISTER)) == ""
    assert str(default_selector(pod(owner=("DaemonSet", "web")), LISTER)) == ""
    assert str(default_selector(pod(owner=("ReplicaSet", "gone")), LISTER)) == ""
    assert str(default_selector(pod(labels={"app": "web"}, namespace="other"), LISTER)) == ""
