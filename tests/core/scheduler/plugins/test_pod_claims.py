"""What is wrong with the claims of a pod."""

from __future__ import annotations

from cluster_core.scheduler.plugins.pod_claims import claims_problem
from tests.core.scheduler.machines import pod
from tests.core.scheduler.storage_objects import claim, user, world


def test_a_claim_of_an_ephemeral_volume_is_the_pods_own() -> None:
    one = pod("p", volumes=[{"name": "e", "ephemeral": {}}])
    foreign = claim("p-e")
    words = "PVC default/p-e was not created for pod default/p (pod is not owner)"
    assert claims_problem(one, world(claims=[foreign]).lister) == words
    own = claim("p-e", ownerReferences=[{"controller": True, "uid": "p"}])
    assert claims_problem(one, world(claims=[own]).lister) == ""


def test_nothing_is_wrong_with_a_claim_that_is_there() -> None:
    assert claims_problem(user(), world(claims=[claim()]).lister) == ""
