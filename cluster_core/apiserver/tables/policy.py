"""The rows of disruption budgets, role bindings, certificate requests and admission. Upstream: printers.go."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import NONE, UNSET, age, name, spec, status
from cluster_core.apiserver.tables.duration import human
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, counted, named, wide


def _budget(obj: Obj, now: int) -> list[Cell]:
    bounds = [str(spec(obj).get(field, "N/A")) for field in ("minAvailable", "maxUnavailable")]
    return [name(obj), *bounds, counted(status(obj).get("disruptionsAllowed")), age(obj, now)]


def _binding(obj: Obj, now: int) -> list[Cell]:
    role, subjects = obj.get("roleRef") or {}, obj.get("subjects") or []
    return [
        name(obj),
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age(obj, now),
        ", ".join(each.get("name", "") for each in subjects if each.get("kind") == "User"),
        ", ".join(each.get("name", "") for each in subjects if each.get("kind") == "Group"),
        ", ".join(_account(each) for each in subjects if each.get("kind") == "ServiceAccount"),
    ]


def _account(subject: Obj) -> str:
    return f"{subject.get('namespace', '')}/{subject.get('name', '')}"


def _certificate_request(obj: Obj, now: int) -> list[Cell]:
    seconds = spec(obj).get("expirationSeconds")
    return [
        name(obj),
        age(obj, now),
        spec(obj).get("signerName") or NONE,
        spec(obj).get("username", ""),
        NONE if seconds is None else human(seconds * 1_000_000),
        _request_status(obj),
    ]


def _request_status(obj: Obj) -> str:
    kinds = {each.get("type") for each in status(obj).get("conditions") or ()}
    words = ["Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"]
    words += ["Failed"] if "Failed" in kinds else []
    words += ["Issued"] if status(obj).get("certificate") else []
    return ",".join(words)


def _webhooks(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), len(obj.get("webhooks") or ()), age(obj, now)]


def _policy(rules: str) -> Any:
    def cells(obj: Obj, now: int) -> list[Cell]:
        given = spec(obj).get("paramKind")
        kind = UNSET if given is None else f"{given.get('apiVersion', '')}/{given.get('kind', '')}"
        return [name(obj), len(spec(obj).get(rules) or ()), kind, age(obj, now)]

    return cells


def _policy_binding(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), spec(obj).get("policyName", ""), _parameter(spec(obj).get("paramRef") or {}), age(obj, now)]


def _parameter(given: Obj) -> str:
    if given.get("name"):
        return f"{given.get('namespace') or '*'}/{given['name']}"
    return UNSET if given.get("selector") is None else _go_text(given["selector"])


def _go_text(selector: Obj) -> str:
    """A label selector as Go prints the struct, which is what upstream shows here."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    terms = "".join(_go_requirement(each) for each in selector.get("matchExpressions") or ())
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


def _go_requirement(given: Obj) -> str:
    values = " ".join(given.get("values") or ())
    key, operator = given.get("key", ""), given.get("operator", "")
    return f"LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{values}],}},"


def _bindings(described: str, struct: str) -> tuple[Column, ...]:
    return named(Column("Role", f"@rbac.v1.{struct}.roleRef")) + tuple(
        wide(name, f"{name} in the {described}") for name in ("Users", "Groups", "ServiceAccounts")
    )


BUDGET = named(
    Column("Min Available", "The minimum number of pods that must be available."),
    Column("Max Unavailable", "The maximum number of pods that may be unavailable."),
    Column("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time.", "integer"),
)

CERTIFICATE_REQUEST = (
    *named(),
    Column("SignerName", "@certificates.v1.CertificateSigningRequestSpec.signerName"),
    Column("Requestor", "@certificates.v1.CertificateSigningRequestSpec.request"),
    Column("RequestedDuration", "@certificates.v1.CertificateSigningRequestSpec.expirationSeconds"),
    Column("Condition", "@certificates.v1.CertificateSigningRequestStatus.conditions"),
)

WEBHOOKS = named(
    Column("Webhooks", "Webhooks indicates the number of webhooks registered in this configuration", "integer")
)

PARAM_KIND = Column("ParamKind", "ParamKind specifies the kind of resources used to parameterize this policy")

VALIDATIONS = Column(
    "Validations", "Validations indicates the number of validation rules defined in this configuration", "integer"
)

MUTATIONS = Column(
    "Mutations", "Mutation indicates the number of mutations rules defined in this configuration", "integer"
)

POLICY_BINDING = named(
    Column("PolicyName", "PolicyName indicates the policy definition which the policy binding binded to"),
    Column("ParamRef", "ParamRef indicates the param resource which sets the configration param"),
)

RBAC, ADMISSION = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"

PRINTERS = {
    "poddisruptionbudgets.policy": Printer(BUDGET, _budget),
    f"rolebindings.{RBAC}": Printer(_bindings("roleBinding", "RoleBinding"), _binding),
    f"clusterrolebindings.{RBAC}": Printer(_bindings("clusterRoleBinding", "ClusterRoleBinding"), _binding),
    "certificatesigningrequests.certificates.k8s.io": Printer(CERTIFICATE_REQUEST, _certificate_request),
    f"mutatingwebhookconfigurations.{ADMISSION}": Printer(WEBHOOKS, _webhooks),
    f"validatingwebhookconfigurations.{ADMISSION}": Printer(WEBHOOKS, _webhooks),
    f"validatingadmissionpolicies.{ADMISSION}": Printer(named(VALIDATIONS, PARAM_KIND), _policy("validations")),
    f"validatingadmissionpolicybindings.{ADMISSION}": Printer(POLICY_BINDING, _policy_binding),
    f"mutatingadmissionpolicies.{ADMISSION}": Printer(named(MUTATIONS, PARAM_KIND), _policy("mutations")),
    f"mutatingadmissionpolicybindings.{ADMISSION}": Printer(POLICY_BINDING, _policy_binding),
}
