"""x-kubernetes-validations: rules in CEL at every place of a schema.

Upstream: apiextensions-apiserver `pkg/apiserver/schema/cel/{compilation,validation}.go`. Real Kubernetes gives a rule 1,000,000 units
of cost and an object 10,000,000, about 0.1 s and 1 s of its time; here they are a quarter and a twentieth of that, as long in ours.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.cel.celtype import BOOL, STRING, CelType, Structs, optional_of
from cluster_core.api.cel.expression import Expression, compiled
from cluster_core.api.cel.problem import CompileError, CostExceeded, EvalError
from cluster_core.api.cel.program import Meter
from cluster_core.api.cel.values import NONE, Optional
from cluster_core.api.errors import OMITTED, Cause
from cluster_core.api.request import Obj
from cluster_core.api.structural.correlation import Old, correlated
from cluster_core.api.structural.declared import adapted, declared, is_plain, with_meta
from cluster_core.api.structural.field_path import field_path
from cluster_core.api.structural.path import ROOT, child, key

PER_RULE = 250_000
PER_OBJECT = 500_000
MESSAGE_MAX = 5 * 1024
OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"
SUPPORTED_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


class BudgetExceeded(Exception):
    """The object has cost as much as it may: no further rule runs."""


@dataclass(slots=True)
class Rule:
    """One compiled rule; `error` and `message_error` instead of what did not compile."""

    given: Obj
    expression: Expression | None = None
    message: Expression | None = None
    error: str = ""
    message_error: str = ""
    field: str = ""

    @property
    def uses_old(self) -> bool:
        """Whether it is a transition rule."""
        return self.expression is not None and "oldSelf" in self.expression.uses

    @property
    def text(self) -> str:
        """What errors call the rule."""
        return str(self.given.get("message") or self.given.get("rule") or "").strip()


@dataclass(slots=True)
class RuleNode:
    """The rules at one place of a schema and below it."""

    schema: Obj
    plain: bool
    rules: list[Rule]
    items: RuleNode | None = None
    values: RuleNode | None = None
    fields: dict[str, RuleNode] = field(default_factory=dict)


def has_rules(schema: Obj) -> bool:
    """Whether there is any rule in a schema."""
    if schema.get("x-kubernetes-validations"):
        return True
    below = [schema.get("items"), schema.get("additionalProperties"), *(schema.get("properties") or {}).values()]
    return any(has_rules(one) for one in below if isinstance(one, dict))


def rule_tree(schema: Obj, root: bool = True) -> RuleNode | None:
    """The compiled rules of a schema; None if it has none."""
    if not has_rules(schema):
        return None
    full = with_meta(schema) if root else schema
    node = RuleNode(full, is_plain(full), compiled_rules(schema, root))
    items, other = schema.get("items"), schema.get("additionalProperties")
    if isinstance(items, dict):
        node.items = rule_tree(items, _embedded(items))
    if isinstance(other, dict):
        node.values = rule_tree(other, _embedded(other))
    for name, below in (schema.get("properties") or {}).items():
        found = rule_tree(below, _embedded(below))
        if found is not None:
            node.fields[name] = found
    return node


def _embedded(schema: Obj) -> bool:
    return bool(schema.get("x-kubernetes-embedded-resource"))


def compiled_rules(schema: Obj, root: bool) -> list[Rule]:
    """The rules at one place of a schema, compiled with the schema as the type of `self`."""
    given = schema.get("x-kubernetes-validations") or []
    if not given:
        return []
    structs = Structs()
    scope = declared(schema, structs, "selfType", root)
    return [_compiled(one, schema, scope, structs) for one in given]


def _compiled(given: Obj, schema: Obj, scope: CelType | None, structs: Structs) -> Rule:
    rule = Rule(given)
    if scope is None:
        rule.error = "failed to convert to declType for CEL validation rules"
        return rule
    variables = {"self": scope, "oldSelf": optional_of(scope) if given.get("optionalOldSelf") else scope}
    try:
        rule.expression = compiled(given.get("rule", ""), variables, structs)
    except CompileError as error:
        rule.error = f"compilation failed: {error}"
        return rule
    if rule.expression.result != BOOL:
        rule.error = "cel expression must evaluate to a bool"
    if given.get("messageExpression"):
        _compile_message(rule, variables, structs)
    if given.get("fieldPath"):
        rule.field, _ = field_path(given["fieldPath"], schema)
    return rule


def _compile_message(rule: Rule, variables: dict[str, CelType], structs: Structs) -> None:
    try:
        rule.message = compiled(rule.given["messageExpression"], variables, structs)
    except CompileError as error:
        rule.message_error = f"messageExpression compilation failed: {error}"
        return
    if rule.message.result != STRING:
        rule.message_error = "messageExpression must evaluate to a string"


def validate_rules(node: RuleNode, value: Any, old: Old | None, path: str = "") -> tuple[list[Cause], list[str]]:
    """What the rules have against an object, and warnings: what they have against parts that an update did not change."""
    run = _Run(Meter(PER_OBJECT))
    with suppress(BudgetExceeded):
        run.visit(node, value, old, path, False)
    return run.causes, run.warnings


class _Run:
    """One object's way through the rules."""

    def __init__(self, budget: Meter) -> None:
        self.budget = budget
        self.causes: list[Cause] = []
        self.warnings: list[str] = []

    def visit(self, node: RuleNode, value: Any, old: Old | None, path: str, unchanged: bool) -> None:
        if value is None:
            return
        unchanged = unchanged or (old is not None and old.same(value))
        if node.rules:
            self.run_rules(node, value, old, path, unchanged)
        if isinstance(value, list) and node.items is not None:
            before = correlated(old, node.schema, value)
            for place, item in enumerate(value):
                self.visit(node.items, item, before[place], key(path, place), unchanged)
        elif isinstance(value, dict):
            for name, inner in value.items():
                below = node.fields.get(name) or node.values
                if below is not None:
                    there = child(path, name) if name in node.fields else key(path, name)
                    self.visit(below, inner, old.field(name) if old else None, there, unchanged)

    def run_rules(self, node: RuleNode, value: Any, old: Old | None, path: str, unchanged: bool) -> None:
        try:
            seen = value if node.plain else adapted(value, node.schema)
            before = None if old is None else (old.value if node.plain else adapted(old.value, node.schema))
        except EvalError as error:
            self.causes.append(Cause(path or ROOT, "Invalid", str(error), node.schema.get("type", "")))
            return
        for rule in node.rules:
            self.run_rule(node, rule, (value, seen, before), path, unchanged)

    def run_rule(self, node: RuleNode, rule: Rule, values: tuple[Any, Any, Any], path: str, unchanged: bool) -> None:
        kind = node.schema.get("type", "")
        if rule.error or rule.expression is None:
            self.causes.append(Cause(path or ROOT, "Invalid", f"rule compile error: {rule.error}", kind))
            return
        value, seen, before = values
        optional = rule.given.get("optionalOldSelf")
        if rule.uses_old and before is None and not optional:
            return
        old: Any = (NONE if before is None else Optional(True, before)) if optional else before
        scope = {"self": seen, "oldSelf": old}
        try:
            passed = self.evaluated(rule.expression, scope)
        except EvalError as error:
            self.causes.append(Cause(path or ROOT, "Invalid", _failure(rule, str(error)), kind))
            return
        except CostExceeded as error:
            words = f"'{error}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.text}"
            self.causes.append(Cause(path or ROOT, "Invalid", words if self.budget.left > 0 else OUT_OF_BUDGET, kind))
            raise BudgetExceeded from error
        if passed is not True:
            cause = self.cause(rule, scope, path, OMITTED if kind in ("object", "array") else value)
            if unchanged and not rule.uses_old:
                self.warnings.append(cause.text())
            else:
                self.causes.append(cause)

    def evaluated(self, expression: Expression, scope: dict[str, Any]) -> Any:
        """A rule may cost no more than one rule may, nor than what is left for the object."""
        meter = Meter(min(PER_RULE, self.budget.left))
        before = meter.left
        try:
            return expression.evaluate(scope, meter)
        finally:
            self.budget.left -= before - max(meter.left, 0)

    def cause(self, rule: Rule, scope: dict[str, Any], path: str, value: Any) -> Cause:
        place = (
            f"{path}{'' if rule.field.startswith('[') else '.'}{rule.field}"
            if rule.field and path
            else rule.field or path
        )
        reason = str(rule.given.get("reason") or "FieldValueInvalid").removeprefix("FieldValue")
        detail = self.message(rule, scope) or _default_message(rule)
        if reason == "Duplicate":
            return Cause(place or ROOT, "Duplicate", "", value)
        return Cause(place or ROOT, reason, detail, value if reason == "Invalid" else None)

    def message(self, rule: Rule, scope: dict[str, Any]) -> str:
        """What the rule's messageExpression says; "" if it says nothing that can be shown."""
        if rule.message is None:
            return ""
        try:
            text = str(self.evaluated(rule.message, scope)).strip()
        except (EvalError, CostExceeded):
            # Real Kubernetes logs what was wrong with a message; the rule's own message is shown instead.
            return ""
        return text if len(text.encode()) <= MESSAGE_MAX and "\n" not in text else ""


def _failure(rule: Rule, error: str) -> str:
    if error.startswith("no such overload"):
        words = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {words}: {rule.text}"
    return f"{error} evaluating rule: {rule.text}"


def _default_message(rule: Rule) -> str:
    message = rule.given.get("message")
    return str(message).strip() if message else f"failed rule: {rule.text}"
