"""Rows of budgets, bindings, certificate requests, admission."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.tables.rows import cells, named_cells


def test_budgets() -> None:
    assert cells("pdb", {"spec": {"minAvailable": "50%"}, "status": {"disruptionsAllowed": 2}})[1:4] == [
        "50%",
        "N/A",
        2,
    ]
    assert cells("pdb", {"spec": {"maxUnavailable": 1}})[1:4] == ["N/A", "1", 0]


def test_bindings() -> None:
    subjects = [
        {"kind": "User", "name": "jane"},
        {"kind": "Group", "name": "devs"},
        {"kind": "ServiceAccount", "namespace": "ci", "name": "bot"},
        {"kind": "User", "name": "joe"},
    ]
    given = {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": subjects}
    row = ["x", "ClusterRole/view", "60s", "jane, joe", "devs", "ci/bot"]
    assert cells("rolebindings", given) == cells("clusterrolebindings", given) == row


@pytest.mark.parametrize(
    ("kinds", "certificate", "text"),
    [
        ((), "", "Pending"),
        (("Approved",), "", "Approved"),
        (("Approved",), "LS0t", "Approved,Issued"),
        (("Approved", "Denied"), "", "Denied"),
        (("Approved", "Failed"), "", "Approved,Failed"),
    ],
)
def test_certificate_requests(kinds: tuple[str, ...], certificate: str, text: str) -> None:
    status: Obj = {"conditions": [{"type": kind} for kind in kinds], "certificate": certificate}
    assert named_cells("csr", {"status": status})["Condition"] == text


def test_certificate_requests_tell_who_asked_for_how_long() -> None:
    spec = {"signerName": "kubernetes.io/kubelet-serving", "username": "jane", "expirationSeconds": 86400}
    assert cells("csr", {"spec": spec})[2:5] == ["kubernetes.io/kubelet-serving", "jane", "24h"]
    assert cells("csr", {"spec": {"username": "jane"}})[2:5] == ["<none>", "jane", "<none>"]


def test_admission() -> None:
    assert cells("validatingwebhookconfigurations", {"webhooks": [{}, {}]})[1] == 2
    spec = {"validations": [{}, {}], "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}
    assert cells("validatingadmissionpolicies", {"spec": spec})[1:3] == [2, "v1/ConfigMap"]
    assert cells("mutatingadmissionpolicies", {"spec": {"mutations": [{}]}})[1:3] == [1, "<unset>"]


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (None, "<unset>"),
        ({"name": "p"}, "*/p"),
        ({"name": "p", "namespace": "ns"}, "ns/p"),
        (
            {
                "selector": {
                    "matchLabels": {"a": "b"},
                    "matchExpressions": [{"key": "k", "operator": "In", "values": ["x", "y"]}],
                }
            },
            "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{"
            "LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}",
        ),
    ],
)
def test_parameters_of_policy_bindings(reference: Obj | None, text: str) -> None:
    spec = {"policyName": "p"} | ({} if reference is None else {"paramRef": reference})
    assert cells("validatingadmissionpolicybindings", {"spec": spec})[1:3] == ["p", text]
