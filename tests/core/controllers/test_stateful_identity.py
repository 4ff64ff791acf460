"""Names, ordinals, labels and claims of a StatefulSet's pods."""

from __future__ import annotations

import pytest

from cluster_core.controllers import stateful_identity as identity
from cluster_core.controllers.controller_revisions import kept
from tests.core.controllers.sets import Obj, member, owner

CLAIM: Obj = {"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": {}, "status": {"phase": "Pending"}}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("db-0", ("db", 0)),
        ("my-db-12", ("my-db", 12)),
        ("db", ("", -1)),
        ("db-x", ("", -1)),
        (f"db-{2**31}", ("db", -1)),
    ],
)
def test_parent_and_ordinal(name: str, expected: tuple[str, int]) -> None:
    assert identity.parent_and_ordinal(name) == expected


def test_ordinals_begin_where_the_set_says() -> None:
    assert list(identity.ordinals(owner())) == [0, 1, 2]
    assert list(identity.ordinals(owner(replicas=2, ordinals={"start": 5}))) == [5, 6]


def _revision(who: Obj) -> Obj:
    return {"metadata": {"name": "db-abc"}, "data": kept(who["spec"]["template"])}


def test_a_new_pod_has_name_labels_and_host_name() -> None:
    who = owner()
    pod = identity.new_pod(who, _revision(who), 2)
    assert pod["metadata"]["name"] == "db-2" and pod["metadata"]["generateName"] == "db-"
    assert pod["metadata"]["labels"] == {
        "app": "db",
        "apps.kubernetes.io/pod-index": "2",
        "controller-revision-hash": "db-abc",
        "statefulset.kubernetes.io/pod-name": "db-2",
    }
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-2", "db")
    assert identity.is_member(who, pod) and identity.ordinal_of(pod) == 2


def test_without_a_service_there_is_no_subdomain() -> None:
    who = owner(serviceName="")
    assert "subdomain" not in identity.new_pod(who, _revision(who), 0)["spec"]


def test_claims_take_the_place_of_volumes_of_their_name() -> None:
    who = owner(volumeClaimTemplates=[CLAIM])
    who["spec"]["template"]["spec"]["volumes"] = [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    pod = identity.new_pod(who, _revision(who), 1)
    assert pod["spec"]["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}},
        {"name": "tmp", "emptyDir": {}},
    ]
    assert identity.storage_matches(who, pod)


def test_a_claim_is_the_template_with_a_name_and_the_sets_labels() -> None:
    made = identity.new_claims(owner(volumeClaimTemplates=[CLAIM]), 1)
    assert made == [
        {"metadata": {"name": "data-db-1", "namespace": "default", "labels": {"a": "b", "app": "db"}}, "spec": {}}
    ]


def test_a_pod_gets_its_identity_back() -> None:
    who, pod = owner(volumeClaimTemplates=[CLAIM]), member(1)
    del pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"]
    assert not identity.name_matches(pod) and not identity.storage_matches(who, pod)
    mended = identity.with_identity(who, pod)
    assert identity.name_matches(mended) and identity.storage_matches(who, mended)
    assert "volumes" not in pod["spec"]
