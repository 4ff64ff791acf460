"""Schemas of CustomResourceDefinitions: what upstream refuses in them, beyond that they must be structural.

Upstream: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`. Real Kubernetes also estimates what a rule may cost
at worst, and refuses the definition of one that may cost too much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.errors import Cause, supported
from cluster_core.api.request import Obj
from cluster_core.api.structural.field_path import PathError, field_path
from cluster_core.api.structural.list_definition import validate_list_type
from cluster_core.api.structural.path import child, key
from cluster_core.api.structural.rules import SUPPORTED_REASONS, compiled_rules

TYPES = ("array", "boolean", "integer", "number", "object", "string")
NOT_SUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
META = ("metadata", "kind", "apiVersion")
ROOT_FIELDS = (
    *(
        "description",
        "type",
        "format",
        "title",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
    ),
    *("minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "required", "items", "properties"),
    *("externalDocs", "example", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"),
)
ROOT_WORDS = (
    "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems "
    "MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are "
    "allowed at the root of the schema if the status subresource is enabled"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a schema we are: what it says about defaults, metadata and old values."""

    path: str
    root: bool = False
    no_defaults: str | None = None
    in_meta: bool = False
    uncorrelated: str = ""
    rules: bool = True

    def below(self, *names: str) -> Place:
        """A place further in, without what only holds here."""
        path = self.path
        for name in names:
            path = key(path, name[1:]) if name.startswith("[") else child(path, name)
        return replace(self, path=path, root=False)


def validate_root(schema: Obj, path: str, status: bool) -> list[Cause]:
    """What the root of a schema may not have; with a status subresource, the status must be a field of its own."""
    causes: list[Cause] = []
    if status:
        for name in schema:
            if name == "type" and schema["type"] != "object":
                words = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
                causes.append(Cause(f"{path}.type", "Invalid", words, schema["type"]))
                break
            if name not in ROOT_FIELDS:
                causes.append(Cause(path, "Invalid", ROOT_WORDS, schema))
                break
    if schema.get("nullable"):
        causes.append(Cause(f"{path}.nullable", "Forbidden", "nullable cannot be true at the root"))
    return causes


def validate_schema(schema: Obj, place: Place) -> list[Cause]:
    """What is wrong with a schema and all below it."""
    causes = _standard(schema, place)
    if schema.get("uniqueItems"):
        words = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        causes.append(Cause(child(place.path, "uniqueItems"), "Forbidden", words))
    causes += _additional(schema, place)
    for name, below in (schema.get("properties") or {}).items():
        causes += validate_schema(below, _property_place(schema, name, place))
    for junctor in ("allOf", "oneOf", "anyOf"):
        for number, one in enumerate(schema.get(junctor) or ()):
            causes += validate_schema(one, replace(place.below(junctor, f"[{number}"), rules=False))
    if schema.get("not") is not None:
        causes += validate_schema(schema["not"], replace(place.below("not"), rules=False))
    if isinstance(schema.get("items"), dict):
        inside = place.below("items")
        if schema.get("x-kubernetes-list-type") != "map" and not place.uncorrelated:
            inside = replace(inside, uncorrelated=place.path)
        causes += validate_schema(schema["items"], inside)
    causes += _extensions(schema, place) + validate_list_type(schema, place.path)
    return causes + _rules(schema, place, bool(causes))


def _standard(schema: Obj, place: Place) -> list[Cause]:
    causes: list[Cause] = []
    path, kind = place.path, schema.get("type") or ""
    if kind and kind not in TYPES:
        causes.append(Cause(child(path, "type"), "NotSupported", supported(*TYPES), kind))
    if "default" in schema and place.no_defaults is not None:
        words = f"must not be set {place.no_defaults}"
        causes.append(Cause(child(path, "default"), "Forbidden", words))
    causes += [
        Cause(child(path, name), "Forbidden", f"{name} is not supported")
        for name in NOT_SUPPORTED
        if schema.get(name) is not None
    ]
    if kind == "null":
        words = "type cannot be set to null, use nullable as an alternative"
        causes.append(Cause(child(path, "type"), "Forbidden", words))
    if isinstance(schema.get("items"), list):
        causes.append(Cause(child(path, "items"), "Forbidden", "items must be a schema object and not an array"))
    if place.in_meta and schema.get("x-kubernetes-embedded-resource"):
        words = "must not be used inside of resource meta"
        causes.append(Cause(child(path, "x-kubernetes-embedded-resource"), "Forbidden", words))
    return causes


def _additional(schema: Obj, place: Place) -> list[Cause]:
    other = schema.get("additionalProperties")
    causes: list[Cause] = []
    if other is not None and other is not True and schema.get("properties"):
        words = "additionalProperties and properties are mutual exclusive"
        causes.append(Cause(child(place.path, "additionalProperties"), "Forbidden", words))
    if isinstance(other, dict):
        inside = place.below("additionalProperties")
        if place.in_meta:
            inside = replace(inside, no_defaults="inside additionalProperties applying to object metadata")
        causes += validate_schema(other, inside)
    return causes


def _property_place(schema: Obj, name: str, place: Place) -> Place:
    inside = place.below("properties", f"[{name}")
    if (place.root or schema.get("x-kubernetes-embedded-resource")) and name in META:
        inside = replace(inside, in_meta=True)
        if place.root:
            inside = replace(inside, no_defaults=f"in top-level {name}")
    return inside


def _extensions(schema: Obj, place: Place) -> list[Cause]:
    path, causes = place.path, list[Cause]()
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        words = "must be true or undefined"
        causes.append(Cause(child(path, "x-kubernetes-preserve-unknown-fields"), "Invalid", words, False))
    kind, map_type = schema.get("type") or "", schema.get("x-kubernetes-map-type")
    if map_type is None:
        return causes
    if kind != "object":
        words, at = "must be object if x-kubernetes-map-type is specified", child(path, "type")
        causes.append(Cause(at, "Invalid", words, kind) if kind else Cause(at, "Required", words))
    if map_type not in ("atomic", "granular"):
        words = supported("atomic", "granular")
        causes.append(Cause(child(path, "x-kubernetes-map-type"), "NotSupported", words, map_type))
    return causes


def _rules(schema: Obj, place: Place, broken: bool) -> list[Cause]:
    """The rules at a place; they are compiled only in a schema that is right so far."""
    given = schema.get("x-kubernetes-validations") or []
    path = child(place.path, "x-kubernetes-validations")
    causes = [cause for number, rule in enumerate(given) for cause in _rule(rule, schema, key(path, number))]
    if causes or broken or not place.rules or not given:
        return causes
    for number, rule in enumerate(
        compiled_rules(schema, place.root or bool(schema.get("x-kubernetes-embedded-resource")))
    ):
        here = key(path, number)
        if rule.error:
            causes.append(Cause(f"{here}.rule", "Invalid", rule.error, rule.given))
        if rule.message_error:
            causes.append(Cause(f"{here}.messageExpression", "Invalid", rule.message_error, rule.given))
        if rule.uses_old and place.uncorrelated:
            words = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {place.uncorrelated}"
            causes.append(Cause(f"{here}.rule", "Invalid", words, rule.given["rule"]))
        elif not rule.uses_old and not rule.error and rule.given.get("optionalOldSelf") is not None:
            words = "may not be set if oldSelf is not used in rule"
            causes.append(Cause(f"{here}.optionalOldSelf", "Invalid", words, rule.given["optionalOldSelf"]))
    return causes


def _rule(rule: Obj, schema: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    source, message = str(rule.get("rule") or "").strip(), str(rule.get("message") or "").strip()
    if not source:
        causes.append(Cause(f"{path}.rule", "Required", "rule is not specified"))
    elif rule.get("message") and not message:
        causes.append(Cause(f"{path}.message", "Invalid", "must be non-empty if specified", rule["message"]))
    elif _has_lines(message):
        causes.append(Cause(f"{path}.message", "Invalid", "must not contain line breaks", rule["message"]))
    elif _has_lines(source) and not message:
        causes.append(Cause(f"{path}.message", "Required", "message must be specified if rule contains line breaks"))
    if rule.get("messageExpression") and not str(rule["messageExpression"]).strip():
        words = "messageExpression must be non-empty if specified"
        causes.append(Cause(f"{path}.messageExpression", "Required", words))
    if rule.get("reason") is not None and rule["reason"] not in SUPPORTED_REASONS:
        causes.append(Cause(f"{path}.reason", "NotSupported", supported(*SUPPORTED_REASONS), rule["reason"]))
    return causes + _field(rule.get("fieldPath"), schema, f"{path}.fieldPath")


def _field(given: Any, schema: Obj, path: str) -> list[Cause]:
    if not given:
        return []
    causes: list[Cause] = []
    if not given.strip():
        causes.append(Cause(path, "Invalid", "must be non-empty if specified", given))
    if _has_lines(given):
        causes.append(Cause(path, "Invalid", "must not contain line breaks", given))
    try:
        field_path(given, schema)
    except PathError:
        causes.append(Cause(path, "Invalid", "must be a valid path", given))
    return causes


def _has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text
