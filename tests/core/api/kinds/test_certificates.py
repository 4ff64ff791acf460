"""CertificateSigningRequests."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import changed, refusal, refused_update
from tests.core.apiserver.plane import USER, Plane

KIND = "certificatesigningrequests.certificates.k8s.io"


def pem(kind: str) -> str:
    """A block of PEM, in base64."""
    return base64.b64encode(f"-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n".encode()).decode()


REQUEST: Obj = {
    "metadata": {"name": "ann"},
    "spec": {
        "request": pem("CERTIFICATE REQUEST"),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth"],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("request", pem("CERTIFICATE"), "PEM block type must be CERTIFICATE REQUEST"),
        ("request", "", "PEM block type must be CERTIFICATE REQUEST"),
        ("usages", [], "spec.usages: Required value"),
        ("usages", ["fun"], 'spec.usages[0]: Unsupported value: "fun"'),
        ("usages", ["any", "any"], 'spec.usages[1]: Duplicate value: "any"'),
        ("signerName", "kubernetes.io/legacy-unknown", "the legacy signerName is not allowed via this API version"),
        ("expirationSeconds", 1, "may not specify a duration less than 600 seconds (10 minutes)"),
    ],
)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal(KIND, changed(REQUEST, f"spec.{path}", value))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"conditions": [{"type": "Approved", "status": "True"}]}, 'may not add a condition of type "Approved"'),
        ({"conditions": [{"type": "Failed", "status": "False"}]}, 'supported values: "True"'),
        ({"conditions": [{"type": "A"}]}, "status.conditions[0].status: Required value"),
        ({"certificate": pem("KEY")}, 'only CERTIFICATE PEM blocks are allowed, found "KEY"'),
        ({"certificate": "AAAA"}, "must contain at least one CERTIFICATE PEM block"),
    ],
)
def test_bad_statuses(status: Obj, words: str) -> None:
    assert words in refused_update(KIND, REQUEST, "status", status, "status")


def test_found_by_signer() -> None:
    plane = Plane()
    plane.made(KIND, REQUEST)
    wanted = {"field_selector": "spec.signerName=kubernetes.io/kube-apiserver-client"}
    assert len(plane.ask("list", KIND, options=wanted).body["items"]) == 1


def test_who_asks_is_noted() -> None:
    plane = Plane()
    asked = changed(changed(REQUEST, "spec.username", "somebody-else"), "spec.extra", {"a": ["b"]})
    spec = plane.made(KIND, asked)["spec"]
    assert (spec["username"], spec["groups"]) == (USER, ["kubeadm:cluster-admins", "system:authenticated"])
    assert "extra" not in spec
