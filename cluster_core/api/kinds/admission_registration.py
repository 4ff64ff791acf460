"""admissionregistration.k8s.io: admission policies, and webhooks, which are stored and never called.

Real Kubernetes calls the webhooks. Upstream: `pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}`.
"""

from __future__ import annotations

from typing import ClassVar

from cluster_core.api import names
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.admission_rules import (
    FAILURE_POLICIES,
    OPERATIONS,
    default_match,
    validate_conditions,
    validate_match,
)
from cluster_core.api.kinds.checks import choice, must_be_named, named
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.webhook_validation import default_webhook, validate_webhooks
from cluster_core.api.request import Obj
from cluster_core.api.selector_validation import validate_label_selector

GROUP = "admissionregistration.k8s.io"
ACTIONS = ("Audit", "Deny", "Warn")
REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
PATCHES = ("ApplyConfiguration", "JSONPatch")
ANNOTATIONS_MAX = 20
NOTHING = "validations or auditAnnotations must contain at least one item"
NOT_BOTH = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response "
    "and headers serves no purpose)"
)


class _Policy(Kind):
    """What policies have in common."""

    group, categories, namespaced = GROUP, ("api-extensions",), False
    operations: ClassVar[tuple[str, ...]] = OPERATIONS

    def defaults(self, obj: Obj) -> Obj:
        """Failures refuse; what it is about, with its defaults."""
        given = {name: value for name, value in (obj.get("spec") or {}).items() if value is not None}
        spec = {"failurePolicy": "Fail", **given}
        if spec.get("matchConstraints") is not None:
            spec["matchConstraints"] = default_match(spec["matchConstraints"])
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """What it is about, its parameters, variables and conditions."""
        spec = obj["spec"]
        causes = choice(spec["failurePolicy"], FAILURE_POLICIES, "spec.failurePolicy")
        if spec.get("paramKind") is not None:
            causes += _validate_param_kind(spec["paramKind"], "spec.paramKind")
        match, path = spec.get("matchConstraints"), "spec.matchConstraints"
        if match is None:
            causes.append(Cause(path, "Required"))
        else:
            causes += validate_match(match, path, self.operations)
            if not match.get("resourceRules"):
                causes.append(Cause(f"{path}.resourceRules", "Required"))
        causes += validate_conditions(spec.get("matchConditions"), "spec.matchConditions")
        for index, variable in enumerate(spec.get("variables") or ()):
            causes += [
                Cause(f"spec.variables[{index}].{field}", "Required", f"{field} is not specified")
                for field in ("name", "expression")
                if not (variable.get(field) or "").strip()
            ]
        return causes


class ValidatingAdmissionPolicy(_Policy):
    """Rules in CEL that refuse requests."""

    kind, plural = "ValidatingAdmissionPolicy", "validatingadmissionpolicies"
    initial_status = {}

    def validate(self, obj: Obj) -> list[Cause]:
        """Its validations and audit annotations too."""
        spec, causes = obj["spec"], super().validate(obj)
        validations, annotations = spec.get("validations") or (), spec.get("auditAnnotations") or []
        # Loaded when first used, like every compiler: most clusters have no policies.
        from cluster_core.api.policy_compilation import validate_expressions

        causes += validate_expressions(spec)
        if not validations and not annotations:
            return causes + [
                Cause(f"spec.{field}", "Required", NOTHING) for field in ("validations", "auditAnnotations")
            ]
        for index, validation in enumerate(validations):
            causes += _validate_validation(validation, f"spec.validations[{index}]")
        if len(annotations) > ANNOTATIONS_MAX:
            words = f"must not have more than {ANNOTATIONS_MAX} auditAnnotations"
            causes.append(Cause("spec.auditAnnotations", "Invalid", words, annotations))
        for index, annotation in enumerate(annotations):
            path = f"spec.auditAnnotations[{index}]"
            if not (annotation.get("key") or "").strip():
                causes.append(Cause(f"{path}.key", "Required"))
            if not (annotation.get("valueExpression") or "").strip():
                causes.append(Cause(f"{path}.valueExpression", "Required", "valueExpression is not specified"))
            if annotation.get("key") in [other.get("key") for other in annotations[:index]]:
                causes.append(Cause(f"{path}.key", "Duplicate", "", annotation.get("key") or ""))
        return causes


class MutatingAdmissionPolicy(_Policy):
    """Rules in CEL that change objects."""

    kind, plural = "MutatingAdmissionPolicy", "mutatingadmissionpolicies"
    has_status = False
    operations = ("*", "CONNECT", "CREATE", "UPDATE")

    def validate(self, obj: Obj) -> list[Cause]:
        """Its mutations too."""
        spec, causes = obj["spec"], super().validate(obj)
        policy, path = spec.get("reinvocationPolicy") or "", "spec.reinvocationPolicy"
        causes += choice(policy, ("IfNeeded", "Never"), path) if policy else [Cause(path, "Required")]
        if not spec.get("mutations"):
            causes.append(Cause("spec.mutations", "Required", "mutations must contain at least one item"))
        for index, mutation in enumerate(spec.get("mutations") or ()):
            here, kind = f"spec.mutations[{index}]", mutation.get("patchType") or ""
            if kind not in PATCHES:
                missing = Cause(f"{here}.patchType", "NotSupported", supported(*PATCHES), kind)
                causes.append(missing if kind else Cause(f"{here}.patchType", "Required"))
        return causes


class _PolicyBinding(Kind):
    """Where a policy holds."""

    group, categories, namespaced, has_status = GROUP, ("api-extensions",), False, False

    def defaults(self, obj: Obj) -> Obj:
        """What it is about, with its defaults."""
        spec = dict(obj.get("spec") or {})
        if spec.get("matchResources") is not None:
            spec["matchResources"] = default_match(spec["matchResources"])
        return {**obj, "spec": spec}

    def validate(self, obj: Obj) -> list[Cause]:
        """The policy, its parameters, what it is about."""
        spec = obj["spec"]
        causes = must_be_named(spec, "policyName", names.subdomain, "spec")
        if spec.get("paramRef") is not None:
            causes += _validate_param_ref(spec["paramRef"], "spec.paramRef")
        match = spec.get("matchResources")
        return causes if match is None else causes + validate_match(match, "spec.matchResources")


class ValidatingAdmissionPolicyBinding(_PolicyBinding):
    """Where such a policy holds, and what comes of it."""

    kind, plural = "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"

    def validate(self, obj: Obj) -> list[Cause]:
        """The actions too."""
        actions, path = obj["spec"].get("validationActions") or [], "spec.validationActions"
        causes = super().validate(obj)
        for index, action in enumerate(actions):
            causes += choice(action, ACTIONS, f"{path}[{index}]")
            if action in actions[:index]:
                causes.append(Cause(f"{path}[{index}]", "Duplicate", "", action))
        if "Deny" in actions and "Warn" in actions:
            causes.append(Cause(path, "Invalid", NOT_BOTH, actions))
        if not actions:
            causes.append(Cause(path, "Required", "at least one validation action is required"))
        return causes


class MutatingAdmissionPolicyBinding(_PolicyBinding):
    """Where such a policy holds."""

    kind, plural = "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings"


class _Webhooks(Kind):
    """What both kinds of webhooks have in common."""

    group, categories, namespaced, has_status, has_spec = GROUP, ("api-extensions",), False, False, False
    counted = "webhooks"
    mutating: ClassVar[bool]

    def defaults(self, obj: Obj) -> Obj:
        """Those of each webhook."""
        if not obj.get("webhooks"):
            return obj
        return {**obj, "webhooks": [default_webhook(hook, self.mutating) for hook in obj["webhooks"]]}

    def validate(self, obj: Obj) -> list[Cause]:
        """Each webhook."""
        return validate_webhooks(obj.get("webhooks"), "webhooks")


class ValidatingWebhookConfiguration(_Webhooks):
    """Webhooks that may refuse requests."""

    kind, plural, mutating = "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", False


class MutatingWebhookConfiguration(_Webhooks):
    """Webhooks that may change objects."""

    kind, plural, mutating = "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", True


def _validate_param_kind(kind: Obj, path: str) -> list[Cause]:
    version, name = kind.get("apiVersion") or "", kind.get("kind") or ""
    causes: list[Cause] = []
    if not version:
        causes.append(Cause(f"{path}.apiVersion", "Required"))
    elif version.count("/") > 1:
        words = f"unexpected GroupVersion string: {version}"
        causes.append(Cause(f"{path}.apiVersion", "Invalid", words, version))
    else:
        group, _, number = version.rpartition("/")
        causes += named(group, names.subdomain, f"{path}.apiVersion") if group else []
        missing = Cause(f"{path}.apiVersion", "Invalid", "version must be specified", version)
        causes += named(number, names.dns_1035, f"{path}.apiVersion") if number else [missing]
    if not name:
        return [*causes, Cause(f"{path}.kind", "Required")]
    wrong = ",".join(names.dns_1035(name.lower()))
    words = f"may have mixed case, but should otherwise match: {wrong}"
    return [*causes, Cause(f"{path}.kind", "Invalid", words, name)] if wrong else causes


def _validate_param_ref(reference: Obj, path: str) -> list[Cause]:
    name, selector = reference.get("name") or "", reference.get("selector")
    causes: list[Cause] = []
    if name:
        causes += named(name, names.path_segment, f"{path}.name")
        if selector is not None:
            causes.append(Cause(f"{path}.name", "Forbidden", "name and selector are mutually exclusive"))
    if selector is not None:
        causes += validate_label_selector(selector, f"{path}.selector")
        if name:
            causes.append(Cause(f"{path}.selector", "Forbidden", "name and selector are mutually exclusive"))
    if not name and selector is None:
        causes.append(Cause(path, "Required", "one of name or selector must be specified"))
    action, here = reference.get("parameterNotFoundAction"), f"{path}.parameterNotFoundAction"
    return causes + (choice(action, ("Allow", "Deny"), here) if action else [Cause(here, "Required")])


def _validate_validation(validation: Obj, path: str) -> list[Cause]:
    message, expression = validation.get("message") or "", validation.get("messageExpression") or ""
    causes: list[Cause] = []
    if not (validation.get("expression") or "").strip():
        causes.append(Cause(f"{path}.expression", "Required", "expression is not specified"))
    for field, text in (("messageExpression", expression), ("message", message)):
        if text and not text.strip():
            causes.append(Cause(f"{path}.{field}", "Invalid", "must be non-empty if specified", text))
    if "\n" in message.strip():
        causes.append(Cause(f"{path}.message", "Invalid", "must not contain line breaks", message))
    return causes + choice(validation.get("reason"), REASONS, f"{path}.reason")
