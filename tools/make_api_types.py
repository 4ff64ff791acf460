"""Writes cluster_core/api/types.json: the fields of every type that the API server serves, from upstream's OpenAPI.

Run it with the JSON schemas that the PyPI package `kubernetes-validate` ships (Apache-2.0), which are upstream's OpenAPI as is:

    python tools/make_api_types.py …/kubernetes_validate/kubernetes-json-schema/v1.36.0-local/_definitions.json

A type is {field: "type [merge]"}; "!" lists the required fields. A type is `string`, `int32`, `quantity` …, `@Name` for a struct,
with `[]` for a list and `{}` for a map. merge is the key that a strategic merge patch merges a list of structs by, `+` for a
list of texts that is merged, and `=` where `$retainKeys` applies.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "cluster_core" / "api" / "types.json"
ROOTS = {
    "io.k8s.api.core.v1": "Namespace Node Pod PodTemplate ReplicationController Service Endpoints ConfigMap Secret ServiceAccount "
    "PersistentVolumeClaim PersistentVolume Event Binding ResourceQuota LimitRange ComponentStatus",
    "io.k8s.api.apps.v1": "ReplicaSet Deployment StatefulSet DaemonSet ControllerRevision",
    "io.k8s.api.batch.v1": "Job CronJob",
    "io.k8s.api.autoscaling.v1": "Scale HorizontalPodAutoscaler",
    "io.k8s.api.autoscaling.v2": "HorizontalPodAutoscaler",
    "io.k8s.api.policy.v1": "Eviction PodDisruptionBudget",
    "io.k8s.api.networking.v1": "Ingress IngressClass NetworkPolicy IPAddress ServiceCIDR",
    "io.k8s.api.discovery.v1": "EndpointSlice",
    "io.k8s.api.storage.v1": "StorageClass CSIDriver CSINode CSIStorageCapacity VolumeAttachment VolumeAttributesClass",
    "io.k8s.api.rbac.v1": "Role ClusterRole RoleBinding ClusterRoleBinding",
    "io.k8s.api.coordination.v1": "Lease",
    "io.k8s.api.scheduling.v1": "PriorityClass",
    "io.k8s.api.node.v1": "RuntimeClass",
    "io.k8s.api.admissionregistration.v1": "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy "
    "MutatingAdmissionPolicyBinding ValidatingWebhookConfiguration MutatingWebhookConfiguration",
    "io.k8s.api.certificates.v1": "CertificateSigningRequest",
    "io.k8s.api.events.v1": "Event",
    "io.k8s.api.authentication.v1": "TokenRequest TokenReview SelfSubjectReview",
    "io.k8s.api.authorization.v1": "SubjectAccessReview LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1": "CustomResourceDefinition",
    "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1": "APIService",
    "io.k8s.apimachinery.pkg.apis.meta.v1": "DeleteOptions",
}
# Where a struct of this name is called by the name alone; elsewhere its group (and version) comes before it.
PLAIN = (
    "core.v1",
    "meta.v1",
    "apps.v1",
    "batch.v1",
    "autoscaling.v2",
    "rbac.v1",
    "networking.v1",
    "storage.v1",
    "admissionregistration.v1",
)
SCALARS = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "micro-time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    **{
        f"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.{name}": "any"
        for name in ("JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray")
    },
}


def main(source: str) -> None:
    """Write the table."""
    definitions: dict[str, Any] = json.loads(Path(source).read_text(encoding="utf-8"))["$defs"]
    names = reachable(definitions)
    name_structs(names)
    lines = [f"{json.dumps(short(name))}: {json.dumps(fields(definitions[name]))}" for name in sorted(names, key=short)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} types")


def reachable(definitions: dict[str, Any]) -> list[str]:
    """The structs that the served kinds are made of."""
    found: dict[str, None] = {}
    todo = [f"{package}.{kind}" for package, kinds in ROOTS.items() for kind in kinds.split()]
    while todo:
        name = todo.pop()
        if name not in found and name not in SCALARS:
            found[name] = None
            todo.extend(references(definitions[name]))
    return list(found)


def references(schema: Any) -> list[str]:
    """The definitions that a schema names."""
    if isinstance(schema, list):
        return [name for part in schema for name in references(part)]
    if not isinstance(schema, dict):
        return []
    # A struct of schemas has a field of that name.
    own = [schema["$ref"].rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
    return own + [name for part in schema.values() for name in references(part)]


def short(name: str) -> str:
    """The Go name; where several groups have a struct of that name, all but the first of PLAIN say which: `discovery.EndpointPort`."""
    return _SHORT.get(name, name.rpartition(".")[2])


def name_structs(names: list[str]) -> None:
    """Find out which structs need their group for a name of their own."""
    by_name: dict[str, list[str]] = {}
    for name in names:
        by_name.setdefault(name.rpartition(".")[2], []).append(name)
    for last, several in by_name.items():
        plain = min(several, key=_rank)
        groups = [name.split(".")[-3] for name in several]
        for name in several:
            *_, group, version, _last = name.split(".")
            if name != plain:
                _SHORT[name] = f"{group}.{last}" if groups.count(group) == 1 else f"{group}.{version}.{last}"


def _rank(name: str) -> tuple[int, str]:
    package = ".".join(name.split(".")[-3:-1])
    return (PLAIN.index(package) if package in PLAIN else len(PLAIN), name)


_SHORT: dict[str, str] = {}


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    """One type's row."""
    row: dict[str, Any] = {name: described(part) for name, part in sorted(schema.get("properties", {}).items())}
    if schema.get("required"):
        row["!"] = sorted(schema["required"])
    return row


def described(schema: dict[str, Any]) -> str:
    """The type of a field and how it merges."""
    strategy = schema.get("x-kubernetes-patch-strategy", "").split(",")
    merge = schema.get("x-kubernetes-patch-merge-key", "+") if "merge" in strategy else ""
    return f"{typed(schema)} {merge}{'=' if 'retainKeys' in strategy else ''}".strip()


def typed(schema: dict[str, Any]) -> str:
    """The type of a field."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return SCALARS.get(name) or f"@{short(name)}"
    given = schema.get("type", "any")
    kind = given if isinstance(given, str) else next(word for word in given if word != "null")
    if kind == "array":
        return "[]" + typed(schema["items"])
    if kind == "object":
        return "{}" + typed(schema["additionalProperties"]) if "additionalProperties" in schema else "any"
    return {"integer": schema.get("format", "int64"), "boolean": "bool", "number": "float64"}.get(
        kind, "bytes" if schema.get("format") == "byte" else kind
    )


if __name__ == "__main__":
    main(sys.argv[1])
