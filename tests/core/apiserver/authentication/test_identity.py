"""Who a request comes from."""

from __future__ import annotations

from cluster_core.apiserver.authentication.identity import Identity, account_of, component


def test_the_groups_of_a_program_follow_from_its_certificate_or_token() -> None:
    assert component("kubernetes-admin").groups == ("kubeadm:cluster-admins", "system:authenticated")
    assert component("system:node:n1").groups == ("system:nodes", "system:authenticated")
    found = component("system:serviceaccount:kube-system:job-controller").groups
    assert found == ("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated")
    assert component("system:kube-scheduler").groups == ("system:authenticated",)


def test_only_a_kubelet_is_a_node() -> None:
    assert component("system:node:n1").node == "n1"
    assert Identity("system:node:n1", ("system:authenticated",)).node == ""


def test_names_of_service_accounts() -> None:
    assert account_of("system:serviceaccount:ns:robot") == ("ns", "robot")
    for user in ("system:serviceaccount:ns", "system:serviceaccount::x", "system:serviceaccount:a:b:c", "jane"):
        assert account_of(user) is None


def test_what_a_review_shows() -> None:
    who = Identity("jane", ("devs",), "7", (("reason", ("a", "b")),))
    assert who.info() == {"username": "jane", "uid": "7", "groups": ["devs"], "extra": {"reason": ["a", "b"]}}
    assert Identity("jane").info() == {"username": "jane"}
