"""Certificates: who may approve and sign requests, and for whom. Upstream: `plugin/pkg/admission/certificates`."""

from __future__ import annotations

from base64 import b64decode

from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.authorization.attributes import Attributes as Asked

GROUP = "certificates.k8s.io"
REQUESTS = f"certificatesigningrequests.{GROUP}"
MASTERS_CLIENT = "kubernetes.io/kube-apiserver-client"


class CertificateApproval(Plugin):
    """Approving needs the verb "approve" on the signer."""

    name = "CertificateApproval"
    points = ((UPDATE, REQUESTS, "approval"),)
    verb, words = "approve", "approve"

    def validate(self, attributes: Attributes) -> None:
        """403 for who may not."""
        assert attributes.old is not None
        signer = str((attributes.old.get("spec") or {}).get("signerName", ""))
        if not self.concerns(attributes) or self._may(attributes, signer):
            return
        name = attributes.obj["metadata"]["name"]
        raise attributes.refused(f'user not permitted to {self.words} requests with signerName "{signer}"', name)

    def concerns(self, attributes: Attributes) -> bool:
        """Whether the update is what the plugin guards."""
        return True

    def _may(self, attributes: Attributes, signer: str) -> bool:
        domain = signer.partition("/")[0]
        decide = attributes.context.authorizer.decide
        names = (signer, f"{domain}/*")
        return any(
            decide(attributes.cache, attributes.who, Asked(self.verb, GROUP, "signers", name=name)).allowed
            for name in names
        )


class CertificateSigning(CertificateApproval):
    """Issuing needs the verb "sign" on the signer."""

    name = "CertificateSigning"
    points = ((UPDATE, REQUESTS, "status"),)
    verb, words = "sign", "sign"

    def concerns(self, attributes: Attributes) -> bool:
        """A certificate or a failure was set."""
        old, new = (attributes.old or {}).get("status") or {}, attributes.obj.get("status") or {}
        return old.get("certificate") != new.get("certificate") or _failed(old) != _failed(new)


class CertificateSubjectRestriction(Plugin):
    """Nobody asks for a certificate of group system:masters.

    Real Kubernetes reads the organisations in the request's X.509 form; the model has no cryptography and looks for the text in the
    decoded bytes.
    """

    name = "CertificateSubjectRestriction"
    points = ((CREATE, REQUESTS, ""),)

    def validate(self, attributes: Attributes) -> None:
        """403 for a request that names the group."""
        spec = attributes.obj.get("spec") or {}
        if spec.get("signerName") == MASTERS_CLIENT and b"system:masters" in _decoded(str(spec.get("request", ""))):
            why = f"use of {MASTERS_CLIENT} signer with system:masters group is not allowed"
            raise attributes.refused(why)


def _failed(status: dict[str, object]) -> bool:
    conditions = status.get("conditions")
    return isinstance(conditions, list) and any(one.get("type") == "Failed" for one in conditions)


def _decoded(text: str) -> bytes:
    """The bytes of a PEM block in base64; nothing of what is none."""
    try:
        pem = b64decode(text, validate=True)
        body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-----"))
        return b64decode(body, validate=True)
    except ValueError:
        return b""
