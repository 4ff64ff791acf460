"""Every version of what is watched is written down, in order."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from explorer.reference.recorder import Recorder
from explorer.reference.seat import Seat
from explorer.reference.story import Story


def test_versions_in_order_and_when_it_was_quiet() -> None:
    story = Story(acts=[0], steps=[0.0])
    seat = Seat(Cluster(ClusterConfig(nodes=1, kube_system=False), 8), lambda: None)
    recorder = Recorder(seat.live, story, ["ConfigMap", "Unknown"])
    seat.looked = recorder.look
    seat.kubectl(["kubectl", "create", "configmap", "one"])
    changed = recorder.changed_at
    assert [(one.type, one.kind, one.name) for one in story.of("ConfigMap") if one.name == "one"] == [
        ("ADDED", "ConfigMap", "one")
    ]
    seat.kubectl(["kubectl", "label", "node", "node-1", "a=b"])
    seat.kubectl(["kubectl", "delete", "configmap", "one"])
    revisions = [int(one.obj["metadata"]["resourceVersion"]) for one in story.changes]
    assert revisions == sorted(revisions)
    assert next(one.kind for one in story.changes if one.at * 1e6 > changed) == "Node"
    assert story.of("ConfigMap")[-1].type == "DELETED" and recorder.changed_at > changed
    seat.close()
