"""CertificateSigningRequest: a client asks for a certificate. Upstream: `pkg/apis/certificates/validation/validation.go`.

Real Kubernetes also parses the request and the certificate and checks the request's signature; here they must be PEM of the
right type.
"""

from __future__ import annotations

import base64
import binascii
import re

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import duplicates
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.qualified_names import signer_name
from cluster_core.api.request import Obj

PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s[A-Za-z0-9+/=\s]*-----END \1-----")
LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
SHORTEST_S = 600
ONLY_TRUE = ("Approved", "Denied", "Failed")
DECISIONS = ("Approved", "Denied")
USER_FIELDS = ("username", "uid", "groups", "extra")
USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)


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
    field_labels = ("spec.signerName",)
    initial_status = {}

    def name_rule(self, name: str) -> tuple[str, ...]:
        """Any name will do."""
        return ()

    def defaults(self, obj: Obj) -> Obj:
        """It has a spec."""
        return {**obj, "spec": obj.get("spec") or {}}

    def validate(self, obj: Obj) -> list[Cause]:
        """The request, what for and by whom it shall be signed, and its conditions."""
        spec = obj["spec"]
        causes: list[Cause] = []
        if _block_type(spec.get("request") or "") not in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
            words = "PEM block type must be CERTIFICATE REQUEST"
            causes.append(Cause("spec.request", "Invalid", words, spec.get("request") or ""))
        usages = spec.get("usages") or []
        if not usages:
            causes.append(Cause("spec.usages", "Required"))
        causes += [
            Cause(f"spec.usages[{index}]", "NotSupported", supported(*USAGES), usage)
            for index, usage in enumerate(usages)
            if usage not in USAGES
        ]
        causes += duplicates(usages, "spec.usages")
        signer, seconds = spec.get("signerName") or "", spec.get("expirationSeconds")
        if signer == LEGACY_SIGNER:
            words = "the legacy signerName is not allowed via this API version"
            causes.append(Cause("spec.signerName", "Invalid", words, signer))
        else:
            causes += signer_name(signer, "spec.signerName")
        if seconds is not None and seconds < SHORTEST_S:
            words = "may not specify a duration less than 600 seconds (10 minutes)"
            causes.append(Cause("spec.expirationSeconds", "Invalid", words, seconds))
        return causes + _validate_conditions(obj)

    def validate_status_update(self, new: Obj, old: Obj) -> list[Cause]:
        """A signer adds the certificate; it neither approves nor denies, and takes nothing back."""
        causes = _validate_conditions(new)
        for kind in ONLY_TRUE:
            now, was = _conditions(new, kind), _conditions(old, kind)
            if len(now) < len(was):
                words = f'updates may not remove a condition of type "{kind}"'
                causes.append(Cause("status.conditions", "Forbidden", words))
            elif kind in DECISIONS and now != was:
                what = "add" if len(now) > len(was) else "modify"
                words = f'updates may not {what} a condition of type "{kind}"'
                causes.append(Cause("status.conditions", "Forbidden", words))
        given, there = ((obj.get("status") or {}).get("certificate") or "" for obj in (new, old))
        if given == there:
            return causes
        if there:
            words = "updates may not modify existing certificate content"
            causes.append(Cause("status.certificate", "Forbidden", words))
        if given and _block_type(given) != "CERTIFICATE":
            found = _block_type(given)
            words = f'only CERTIFICATE PEM blocks are allowed, found "{found}"'
            words = words if found else "must contain at least one CERTIFICATE PEM block"
            causes.append(Cause("status.certificate", "Invalid", words, "<certificate data>"))
        return causes

    def prepare_for(self, obj: Obj, who: Obj) -> Obj:
        """Who asks is who asks, whatever the request says. Upstream: `registry/certificates/certificates/strategy.go`."""
        spec = {name: value for name, value in obj["spec"].items() if name not in USER_FIELDS}
        return {**obj, "spec": {**spec, **{name: who[name] for name in USER_FIELDS if name in who}}}

    def prepare_update(self, new: Obj, old: Obj) -> Obj:
        """What was asked for stays."""
        return {**super().prepare_update(new, old), "spec": old["spec"]}

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """spec.signerName too."""
        return {**super().selectable_fields(obj), "spec.signerName": (obj.get("spec") or {}).get("signerName", "")}


def _block_type(text: str) -> str:
    """The type of the first PEM block of base64 text; "" if there is none."""
    try:
        found = PEM.search(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        return ""
    return found[1].decode() if found else ""


def _conditions(obj: Obj, kind: str) -> list[Obj]:
    return [one for one in (obj.get("status") or {}).get("conditions") or () if one.get("type") == kind]


def _validate_conditions(obj: Obj) -> list[Cause]:
    path = "status.conditions"
    conditions = (obj.get("status") or {}).get("conditions") or ()
    causes: list[Cause] = []
    seen: list[str] = []
    for index, condition in enumerate(conditions):
        kind, status = condition.get("type") or "", condition.get("status") or ""
        values = ("True",) if kind in ONLY_TRUE else ("False", "True", "Unknown")
        if not kind:
            causes.append(Cause(f"{path}[{index}].type", "Required"))
        if not status:
            causes.append(Cause(f"{path}[{index}].status", "Required"))
        elif status not in values:
            causes.append(Cause(f"{path}[{index}].status", "NotSupported", supported(*values), status))
        if kind in DECISIONS and any(other in seen for other in DECISIONS if other != kind):
            causes.append(Cause(path, "Invalid", "Approved and Denied conditions are mutually exclusive", kind))
        if kind in seen:
            causes.append(Cause(f"{path}[{index}].type", "Duplicate", "", kind))
        seen.append(kind)
    return causes
