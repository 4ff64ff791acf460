"""Pods go where their volumes are, or can be."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.scheduler.framework import CycleState, Hold
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.volume_binding import BIND_TIMEOUT_US, VolumeBinding
from cluster_core.scheduler.status import Status
from tests.core.scheduler.machines import node, pod
from tests.core.scheduler.storage_objects import claim, storage_class, user, volume, world

NODES = (node("a"), node("b"))


def verdicts(found: Snapshot, plugin: VolumeBinding | None = None, name: str = "p") -> tuple[CycleState, list[str]]:
    """What Filter says of every node, "" for yes."""
    plugin, state, one = plugin or VolumeBinding(), CycleState(), user(name)
    assert plugin.pre_filter(state, one, found) is None
    answers = [plugin.filter(state, one, place) for place in found.nodes.values()]
    return state, [answer.reasons[0] if answer else "" for answer in answers]


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ([], 'persistentvolumeclaim "c" not found'),
        ([claim(storage_class="now")], "pod has unbound immediate PersistentVolumeClaims"),
        ([claim(deletionTimestamp="x")], 'persistentvolumeclaim "c" is being deleted'),
        (
            [{**claim(volume="v"), "status": {"phase": "Lost"}}],
            'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"',
        ),
    ],
)
def test_pods_that_fit_nowhere(claims: list[Any], says: str) -> None:
    found = VolumeBinding().pre_filter(CycleState(), user(), world(*NODES, claims=claims))
    assert isinstance(found, Status)
    assert (found.code, found.reasons) == ("UnschedulableAndUnresolvable", [says])


def test_an_ephemeral_claim_is_waited_for() -> None:
    one = pod("p", volumes=[{"name": "e", "ephemeral": {}}])
    found = VolumeBinding().pre_filter(CycleState(), one, world(*NODES))
    assert isinstance(found, Status)
    assert found.reasons == ['waiting for ephemeral volume controller to create the persistentvolumeclaim "p-e"']


def test_pods_without_claims_are_left_alone() -> None:
    plugin = VolumeBinding()
    answer = plugin.pre_filter(CycleState(), pod(), world(*NODES))
    assert isinstance(answer, Status)
    assert answer.code == "Skip"
    assert plugin.sign(pod(), world()) is None
    assert plugin.reserve(CycleState(), pod(), "a") is None
    assert plugin.pre_bind(CycleState(), pod(), "a", world(), 0) is None


def test_a_bound_volume_decides_where() -> None:
    _, says = verdicts(world(*NODES, claims=[claim(volume="v")], volumes=[volume(node="b")]))
    assert says == ["node(s) didn't match PersistentVolume's node affinity", ""]
    _, says = verdicts(world(*NODES, claims=[claim(volume="v")]))
    assert says == ["node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"] * 2


def test_a_claim_that_waits_needs_a_volume_here_or_a_provisioner() -> None:
    nobody = [storage_class(provisioner="kubernetes.io/no-provisioner")]
    static = world(*NODES, claims=[claim()], volumes=[volume(node="b")], classes=nobody)
    assert verdicts(static)[1] == ["node(s) didn't find available persistent volumes to bind", ""]
    assert verdicts(world(*NODES, claims=[claim()]))[1] == ["", ""]
    expression = {"key": "kubernetes.io/hostname", "values": ["a"]}
    narrow = [storage_class(allowedTopologies=[{"matchLabelExpressions": [expression]}])]
    assert [not text for text in verdicts(world(*NODES, claims=[claim()], classes=narrow))[1]] == [True, False]
    chosen = claim(annotations={"volume.kubernetes.io/selected-node": "b"})
    assert [not text for text in verdicts(world(*NODES, claims=[chosen]))[1]] == [False, True]


def test_the_volume_is_bound_before_the_pod_and_nobody_else_gets_it() -> None:
    plugin, nobody = VolumeBinding(), [storage_class(provisioner="kubernetes.io/no-provisioner")]
    found = world(NODES[0], claims=[claim()], volumes=[volume()], classes=nobody)
    state, _ = verdicts(found, plugin)
    plugin.reserve(state, user(), "a")
    rival = world(NODES[0], claims=[claim("c")], volumes=[volume()], classes=nobody)
    rival.lister.get("persistentvolumeclaims", "default/c")["metadata"]["uid"] = "other"  # type: ignore[index]
    plugin.taken["v"] = "default/other"
    assert verdicts(rival, plugin)[1] != [""]
    plugin.taken["v"] = "default/c"
    answer = plugin.pre_bind(state, user(), "a", found, 7)
    assert isinstance(answer, Hold)
    (write,) = answer.writes
    assert (write.verb, write.resource, write.name) == ("update", "persistentvolumes", "v")
    assert write.body is not None
    assert write.body["spec"]["claimRef"]["uid"] == "uid-c"
    assert answer.until == 7 + BIND_TIMEOUT_US
    waiting = plugin.pre_bind(state, user(), "a", found, 8)
    assert isinstance(waiting, Hold)
    assert waiting.writes == []
    bound = world(NODES[0], claims=[claim(volume="v")], volumes=[volume()])
    assert plugin.pre_bind(state, user(), "a", bound, 9) is None
    assert plugin.taken == {}


def test_a_volume_is_asked_for_on_the_chosen_node_and_not_for_ever() -> None:
    plugin, found = VolumeBinding(), world(NODES[0], claims=[claim()])
    state, _ = verdicts(found, plugin)
    plugin.reserve(state, user(), "a")
    answer = plugin.pre_bind(state, user(), "a", found, 0)
    assert isinstance(answer, Hold)
    assert answer.writes[0].body is not None
    assert answer.writes[0].body["metadata"]["annotations"]["volume.kubernetes.io/selected-node"] == "a"
    reset = world(NODES[0], claims=[claim(resourceVersion="9")])
    again = plugin.pre_bind(state, user(), "a", reset, 1)
    assert isinstance(again, Status)
    assert again.reasons == ['binding volumes: provisioning failed for PVC "c"']
    late = plugin.pre_bind(state, user(), "a", found, BIND_TIMEOUT_US)
    assert isinstance(late, Status)
    assert late.reasons == ["binding volumes: context deadline exceeded"]
    plugin.unreserve(state, user(), "a")
    assert plugin.chosen == {}


def test_what_may_help() -> None:
    plugin, one = VolumeBinding(), user()
    assert plugin.hint("PersistentVolumeClaim/Update", one, claim(), claim())
    assert not plugin.hint("PersistentVolumeClaim/Update", one, None, claim("other"))
    assert plugin.hint("PersistentVolume/Add", one, None, volume())
    assert not plugin.hint("StorageClass/Update", one, storage_class(), storage_class())
    assert plugin.hint("StorageClass/Add", one, None, storage_class())
