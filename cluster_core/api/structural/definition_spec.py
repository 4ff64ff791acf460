"""The spec of a CustomResourceDefinition: names, versions, columns, subresources, conversion.

Upstream: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`. What all versions share is checked once and told of
above the versions ("spec.validation"), as upstream's internal version has it.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.request import Obj
from cluster_core.api.structural.conversion_definition import validate_conversion
from cluster_core.api.structural.default_definition import validate_defaults
from cluster_core.api.structural.definition import Place, validate_root, validate_schema
from cluster_core.api.structural.field_path import PathError, field_path
from cluster_core.api.structural.schema_limits import schema_limits
from cluster_core.api.structural.structure import validate_structure
from cluster_core.api.structural.versions import SHARED, shared_by_all

COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
MIXED_CASE = "may have mixed case, but should otherwise match: "
SELECTABLE_MAX = 8
SELECTABLE_WORDS = (
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
)


def validate_spec(spec: Obj) -> list[Cause]:
    """What is wrong with the spec of a definition."""
    versions = spec.get("versions") or []
    causes = _group(spec.get("group") or "") + _scope(spec.get("scope") or "")
    for place, version in enumerate(versions):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            causes.append(Cause(f"spec.versions[{place}].schema.openAPIV3Schema", "Required"))
    common = {field: shared_by_all(versions, field) for field in SHARED}
    status = any("status" in (one.get("subresources") or {}) for one in versions)
    for place, version in enumerate(versions):
        own = {field: version.get(field) for field in SHARED if common[field] is None}
        causes += _version(version, own, f"spec.versions[{place}]")
    causes += _unique(versions) + _required_names(spec.get("names") or {})
    causes += validate_names(spec.get("names") or {}, "spec.names")
    causes += _parts(common, "spec", status, "validation")
    return causes + validate_conversion(spec.get("conversion"))


def _group(group: str) -> list[Cause]:
    if not group:
        return [Cause("spec.group", "Required")]
    words = names.subdomain(group)
    if words:
        return [Cause("spec.group", "Invalid", ",".join(words), group)]
    return [] if "." in group else [Cause("spec.group", "Invalid", "should be a domain with at least one dot", group)]


def _scope(scope: str) -> list[Cause]:
    if not scope:
        return [Cause("spec.scope", "Required")]
    values = ("Cluster", "Namespaced")
    return [] if scope in values else [Cause("spec.scope", "NotSupported", supported(*values), scope)]


def _version(version: Obj, own: Obj, path: str) -> list[Cause]:
    name = version.get("name") or ""
    words = names.dns_1035(name)
    causes = [Cause(f"{path}.name", "Invalid", ",".join(words), name)] if words else []
    causes += _deprecation(version, path)
    return causes + _parts(own, path, "status" in (version.get("subresources") or {}), "schema")


def _deprecation(version: Obj, path: str) -> list[Cause]:
    given, at = version.get("deprecationWarning"), f"{path}.deprecationWarning"
    if given is None:
        return []
    if not version.get("deprecated"):
        return [Cause(at, "Invalid", "can only be set for deprecated versions", given)]
    if not given:
        return [Cause(at, "Invalid", "must not be an empty string", given)]
    if len(given) > 256:
        return [Cause(at, "Invalid", "must be <= 256 characters long", given)]
    odd = next((place for place, letter in enumerate(given) if not letter.isprintable()), None)
    words = "must only contain printable UTF-8 characters; non-printable character found at index"
    return [] if odd is None else [Cause(at, "Invalid", f"{words} {odd}", given)]


def _parts(parts: Obj, path: str, status: bool, schema_name: str) -> list[Cause]:
    """Schema, subresources, columns and selectable fields of a version, or of all."""
    schema = (parts.get("schema") or {}).get("openAPIV3Schema")
    causes = _schema(schema, f"{path}.{schema_name}.openAPIV3Schema", status) if schema else []
    causes += _subresources(parts.get("subresources") or {}, f"{path}.subresources")
    for place, column in enumerate(parts.get("additionalPrinterColumns") or ()):
        causes += _column(column, f"{path}.additionalPrinterColumns[{place}]")
    if parts.get("selectableFields") and schema:
        causes += _selectable(parts["selectableFields"], schema, f"{path}.selectableFields")
    return causes


def _schema(schema: Obj, path: str, status: bool) -> list[Cause]:
    limits = schema_limits(schema, path)
    if limits:
        return limits
    causes = validate_root(schema, path, status)
    structure = validate_structure(schema, path) or validate_defaults(schema, path)
    return causes + structure + validate_schema(schema, Place(path, root=True, rules=not structure))


def _unique(versions: list[Obj]) -> list[Cause]:
    causes: list[Cause] = []
    known = [one.get("name") for one in versions]
    if len({*known}) != len(known):
        causes.append(Cause("spec.versions", "Invalid", "must contain unique version names", versions))
    if sum(bool(one.get("storage")) for one in versions) != 1:
        words = "must have exactly one version marked as storage version"
        causes.append(Cause("spec.versions", "Invalid", words, versions))
    return causes


def _required_names(given: Obj) -> list[Cause]:
    wanted = ("plural", "singular", "kind", "listKind")
    return [Cause(f"spec.names.{name}", "Required") for name in wanted if not given.get(name)]


def validate_names(given: Obj, path: str) -> list[Cause]:
    """What is wrong with the names of a kind."""
    causes: list[Cause] = []
    for field in ("plural", "singular"):
        causes += _name(given.get(field), f"{path}.{field}")
    for field in ("kind", "listKind"):
        value = given.get(field) or ""
        words = names.dns_1035(value.lower()) if value else ()
        if words:
            causes.append(Cause(f"{path}.{field}", "Invalid", MIXED_CASE + ",".join(words), value))
    for place, name in enumerate(given.get("shortNames") or ()):
        causes += _name(name, f"{path}.shortNames[{place}]")
    if given.get("kind") and given.get("kind") == given.get("listKind"):
        words_same = "kind and listKind may not be the same"
        causes.append(Cause(f"{path}.listKind", "Invalid", words_same, given["listKind"]))
    for place, name in enumerate(given.get("categories") or ()):
        causes += _name(name, f"{path}.categories[{place}]")
    return causes


def _name(value: Any, path: str) -> list[Cause]:
    words = names.dns_1035(value) if value else ()
    return [Cause(path, "Invalid", ",".join(words), value)] if words else []


def _column(column: Obj, path: str) -> list[Cause]:
    causes = [] if column.get("name") else [Cause(f"{path}.name", "Required")]
    kind, form, words = column.get("type"), column.get("format"), f"must be one of {','.join(COLUMN_TYPES)}"
    if not kind:
        causes.append(Cause(f"{path}.type", "Required", words))
    elif kind not in COLUMN_TYPES:
        causes.append(Cause(f"{path}.type", "Invalid", words, kind))
    if form and form not in COLUMN_FORMATS:
        causes.append(Cause(f"{path}.format", "Invalid", f"must be one of {','.join(COLUMN_FORMATS)}", form))
    given = column.get("jsonPath")
    return causes + (_json_path(given, f"{path}.JSONPath") if given else [Cause(f"{path}.JSONPath", "Required")])


def _json_path(given: str, path: str) -> list[Cause]:
    return (
        [] if given.startswith(".") else [Cause(path, "Invalid", "must be a simple json path starting with .", given)]
    )


def _subresources(given: Obj, path: str) -> list[Cause]:
    scale = given.get("scale")
    if scale is None:
        return []
    causes = _scale_path(scale.get("specReplicasPath"), (".spec.",), f"{path}.scale.specReplicasPath", "under .spec")
    causes += _scale_path(
        scale.get("statusReplicasPath"), (".status.",), f"{path}.scale.statusReplicasPath", "under .status"
    )
    selector = scale.get("labelSelectorPath")
    if selector:
        where = "under either .spec or .status"
        causes += _scale_path(selector, (".spec.", ".status."), f"{path}.scale.labelSelectorPath", where)
    return causes


def _scale_path(given: Any, prefixes: tuple[str, ...], path: str, where: str) -> list[Cause]:
    if not given:
        return [Cause(path, "Required")]
    if not given.startswith(".") or given.startswith(prefixes):
        return _json_path(given, path)
    return [Cause(path, "Invalid", f"should be a json path {where}", given)]


def _selectable(fields: list[Obj], schema: Obj, path: str) -> list[Cause]:
    causes, seen = list[Cause](), list[str]()
    for place, field in enumerate(fields):
        at, given = f"{path}[{place}].jsonPath", field.get("jsonPath") or ""
        if not given:
            causes.append(Cause(at, "Required"))
            continue
        try:
            found, below = field_path(given, schema, brackets=False)
        except PathError as error:
            causes.append(Cause(at, "Invalid", f"is an invalid path: {error}", given))
            continue
        if found.partition(".")[0] == "metadata":
            causes.append(Cause(at, "Invalid", "must not point to fields in metadata", given))
        if below.get("type") not in ("string", "boolean", "integer"):
            causes.append(Cause(at, "Invalid", SELECTABLE_WORDS, given))
        if found in seen:
            causes.append(Cause(at, "Duplicate", "", given))
        seen.append(found)
    if len({*seen}) > SELECTABLE_MAX:
        causes.append(Cause(path, "TooMany", f"must have at most {SELECTABLE_MAX} items", len({*seen})))
    return causes
