"""CertificateSigningRequest: a client asks for a certificate."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class CertificateSigningRequest(Kind):
    """A request for a certificate."""

    group, kind, plural, short_names = (
        "certificates.k8s.io",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        ("csr",),
    )
    namespaced = False
    has_spec = False
    initial_status = {}
