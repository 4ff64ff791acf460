"""A projector that follows a run knows what a new one computes from scratch."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.view import MAPS, Projector

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def _from_scratch(cluster: Cluster) -> dict[str, object]:
    projector = Projector()
    projector.update(cluster.world, cluster.trace)
    return dict(projector.cards)


def test_following_equals_computing_anew_through_changes_faults_and_seeks() -> None:
    cluster, projector = Cluster(ClusterConfig(nodes=2), 5), Projector()
    shown: dict[str, dict[str, object]] = {name: {} for name in MAPS}
    moments = [
        lambda: cluster.apply(Command("apply", {"manifest": WEB})),
        lambda: cluster.apply(Command("fault", {"fault": "node-down", "target": "node-1"})),
        lambda: cluster.apply(
            Command("scale", {"resource": "deployments.apps", "namespace": "default", "name": "web", "replicas": 1})
        ),
        lambda: cluster.seek(number=cluster.head_number // 2),
        lambda: cluster.seek(number=cluster.head_number),
    ]
    for act in moments:
        act()
        for _ in range(12):
            changed, removed = projector.update(cluster.world, cluster.trace)
            for name in MAPS:
                shown[name] = {**shown[name], **changed.get(name, {})}
                for key in removed.get(name, ()):
                    shown[name].pop(key, None)
            assert projector.cards == _from_scratch(cluster)
            assert {name: shown[name] for name in MAPS if name != "counts"} == {
                name: projector.cards[name] for name in MAPS if name != "counts"
            }
            cluster.advance(cluster.now + 3_000_000, 400)


def test_a_change_touches_only_its_cards() -> None:
    cluster, projector = Cluster(ClusterConfig(nodes=2), 5), Projector()
    cluster.apply(Command("apply", {"manifest": WEB}))
    cluster.advance(60_000_000, 1_000_000)
    projector.update(cluster.world, cluster.trace)
    before = dict(projector.cards["pods"])
    cluster.apply(Command("delete", {"resource": "services", "namespace": "default", "name": "web"}))
    cluster.advance(cluster.now + 1_000_000, 1_000_000)
    changed, removed = projector.update(cluster.world, cluster.trace)
    assert "pods" not in changed and "nodes" not in changed and len(removed["services"]) == 1
    assert all(projector.cards["pods"][uid] is card for uid, card in before.items())
