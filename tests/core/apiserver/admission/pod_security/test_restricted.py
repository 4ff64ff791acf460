"""Checks of restricted that weigh the pod against its containers."""

from __future__ import annotations

from cluster_core.apiserver.admission.pod_security.restricted import run_as_non_root, seccomp


def test_a_pods_wish_counts_where_containers_have_none() -> None:
    both = [{"name": "a"}, {"name": "b", "securityContext": {"runAsNonRoot": True}}]
    assert run_as_non_root({}, {"containers": both}) == (
        "runAsNonRoot != true",
        'pod or container "a" must set securityContext.runAsNonRoot=true',
    )
    found = run_as_non_root({}, {"containers": both, "securityContext": {"runAsNonRoot": False}})
    assert found == ("runAsNonRoot != true", "pod must not set securityContext.runAsNonRoot=false")


def test_seccomp_names_the_profiles_that_are_wrong() -> None:
    wrong = {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}
    found = seccomp({}, {"containers": [{"name": "a", **wrong}, {"name": "b"}]})
    assert found == ("seccompProfile", 'container "a" must not set securityContext.seccompProfile.type to "Unconfined"')
