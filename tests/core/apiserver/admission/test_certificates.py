"""Certificate signing requests."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.core.apiserver.plane import Plane

GROUP = "certificates.k8s.io"
REQUESTS = f"certificatesigningrequests.{GROUP}"
JANE = {"user": "jane", "groups": ("system:authenticated",)}


def signing_request(subject: str) -> dict[str, Any]:
    inner = b64encode(subject.encode()).decode()
    pem = f"-----BEGIN CERTIFICATE REQUEST-----\n{inner}\n-----END CERTIFICATE REQUEST-----\n"
    spec = {
        "request": b64encode(pem.encode()).decode(),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth"],
    }
    return {"metadata": {"name": "r"}, "spec": spec}


def test_approving_needs_the_signer() -> None:
    plane = Plane(strict=True)
    made = plane.made(REQUESTS, signing_request("CN=jane"), namespace="")
    rules = [{"verbs": ["update"], "apiGroups": [GROUP], "resources": ["certificatesigningrequests/approval"]}]
    plane.made("clusterroles.rbac.authorization.k8s.io", {"metadata": {"name": "r"}, "rules": rules}, namespace="")
    subjects = [{"kind": "User", "name": "jane"}]
    binding = {"metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "r"}, "subjects": subjects}
    plane.made("clusterrolebindings.rbac.authorization.k8s.io", binding, namespace="")
    approved = {"type": "Approved", "status": "True", "reason": "Because", "message": ""}
    body = {**made, "status": {"conditions": [approved]}}
    refused = plane.ask("update", REQUESTS, name="r", subresource="approval", body=body, **JANE)
    assert refused.body["message"] == (
        f'{REQUESTS} "r" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"'
    )
    assert plane.ask("update", REQUESTS, name="r", subresource="approval", body=body).code == 200


def test_nobody_asks_for_the_privileged_group() -> None:
    refused = Plane().ask("create", REQUESTS, body=signing_request("O=system:masters"))
    assert "signer with system:masters group is not allowed" in refused.body["message"]
