"""Volumes of a zone."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.volume_zone import VolumeZone
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node
from tests.core.scheduler.storage_objects import claim, user, volume, world

ZONE, OLD = "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"


def test_nodes_of_other_zones_are_refused_and_those_without_are_not() -> None:
    nodes = (node("a", labels={ZONE: "1"}), node("b", labels={OLD: "2"}), node("c", labels={ZONE: "3"}), node("d"))
    found = world(*nodes, claims=[claim(volume="v")], volumes=[volume(labels={ZONE: "1__2"})])
    plugin, state = VolumeZone(), CycleState()
    assert plugin.pre_filter(state, user(), found) is None
    answers = [plugin.filter(state, user(), one) for one in nodes]
    assert [answer.reasons if answer else None for answer in answers] == [
        None,
        None,
        ["node(s) had no available volume zone"],
        None,
    ]


def test_volumes_without_labels_and_claims_that_wait() -> None:
    for claims in ([claim(volume="v")], [claim()]):
        answer = VolumeZone().pre_filter(CycleState(), user(), world(node(), claims=claims, volumes=[volume()]))
        assert isinstance(answer, Status)
        assert answer.code == "Skip"
    assert VolumeZone().hint("PersistentVolumeClaim/Add", user(), None, claim())
    assert not VolumeZone().hint("PersistentVolumeClaim/Add", user(), None, claim("x"))
