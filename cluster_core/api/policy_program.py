"""A ValidatingAdmissionPolicy compiled, and what it makes of one request.

Upstream: apiserver `pkg/admission/plugin/policy/validating/{plugin,validator}.go`, `webhook/matchconditions/matcher.go`. As for
x-kubernetes-validations, expressions may cost less than with real Kubernetes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cluster_core.api.cel.celtype import BOOL, STRING
from cluster_core.api.cel.problem import CostExceeded, EvalError
from cluster_core.api.cel.program import Meter
from cluster_core.api.policy_environment import ANNOTATION, Compiled, Environment, Variables
from cluster_core.api.request import Obj
from cluster_core.api.structural.rules import MESSAGE_MAX, OUT_OF_BUDGET, PER_OBJECT, PER_RULE


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """Why a request is refused; no reason for what went wrong. `always`: whatever the actions of the binding are."""

    message: str
    reason: str = ""
    always: bool = False


@dataclass(slots=True)
class Validation:
    """One validation."""

    given: Obj
    rule: Compiled
    message: Compiled | None


@dataclass(slots=True)
class Policy:
    """The compiled expressions of a policy."""

    fails: bool
    conditions: list[Compiled]
    variables: dict[str, Compiled]
    validations: list[Validation]
    annotations: list[Compiled]

    def decisions(self, scope: dict[str, Any]) -> list[PolicyDecision]:
        """What refuses the request; `scope` has the values of the variables. With failurePolicy Ignore, nothing does that went wrong."""
        run = _Run(self, scope)
        try:
            return run.decisions()
        except BudgetExceeded:
            return [PolicyDecision(OUT_OF_BUDGET)] if self.fails else []


class BudgetExceeded(Exception):
    """The policy has cost as much as it may."""


class Failed(Exception):
    """An expression that has no value."""


@lru_cache(maxsize=256)
def _policy_of(text: str) -> Policy:
    spec = json.loads(text)
    env = Environment(spec.get("paramKind") is not None)
    variables = {one["name"]: env.define(one["name"], one["expression"]) for one in spec.get("variables") or ()}
    return Policy(
        spec.get("failurePolicy") != "Ignore",
        [env.compile(one["expression"], BOOL) for one in spec.get("matchConditions") or ()],
        variables,
        [_validation(env, one) for one in spec.get("validations") or ()],
        [env.compile(one["valueExpression"], *ANNOTATION) for one in spec.get("auditAnnotations") or ()],
    )


def _validation(env: Environment, given: Obj) -> Validation:
    text = given.get("messageExpression")
    return Validation(given, env.compile(given["expression"], BOOL), env.compile(text, STRING) if text else None)


def policy_of(spec: Obj) -> Policy:
    """The compiled policy; the same for all clusters of the process."""
    return _policy_of(json.dumps(spec))


class _Run:
    """One request's way through a policy."""

    def __init__(self, policy: Policy, scope: dict[str, Any]) -> None:
        self.policy, self.scope, self.left = policy, scope, PER_OBJECT

    def decisions(self) -> list[PolicyDecision]:
        """What refuses the request."""
        try:
            if not self.matches():
                return []
        except Failed as error:
            return self.failure(str(error))
        self.left = PER_OBJECT
        scope = self.with_variables(self.scope)
        found = []
        for validation in self.policy.validations:
            try:
                if self.value(validation.rule, scope) is not True:
                    reason = validation.given.get("reason") or "Invalid"
                    found.append(PolicyDecision(self.message(validation, scope), reason))
            except Failed as error:
                found += self.failure(str(error))
        for annotation in self.policy.annotations:
            try:
                self.value(annotation, scope)
            except Failed as error:
                found += self.failure(str(error), always=True)
        return found

    def matches(self) -> bool:
        """Whether every match condition holds; one that does not decides, whatever else went wrong."""
        scope, errors = self.with_variables({**self.scope, "namespaceObject": None}), list[str]()
        for condition in self.policy.conditions:
            try:
                if self.value(condition, scope) is False:
                    return False
            except Failed as error:
                errors.append(str(error))
        if errors:
            distinct = list(dict.fromkeys(errors))
            raise Failed(distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]")
        return True

    def with_variables(self, scope: dict[str, Any]) -> dict[str, Any]:
        return {**scope, "variables": Variables(self.policy.variables, scope, self.charge)}

    def charge(self, cost: int) -> None:
        self.left -= cost

    def value(self, one: Compiled, scope: dict[str, Any]) -> Any:
        if one.expression is None:
            raise Failed(f"compilation error: {one.error}")
        meter = Meter(PER_RULE)
        try:
            return one.expression.evaluate(scope, meter)
        except (EvalError, CostExceeded) as error:
            raise Failed(f"expression '{one.text}' resulted in error: {error}") from error
        finally:
            self.charge(PER_RULE - meter.left)
            if self.left < 0:
                raise BudgetExceeded

    def message(self, validation: Validation, scope: dict[str, Any]) -> str:
        given, text = validation.given, ""
        if validation.message is not None:
            try:
                text = str(self.value(validation.message, scope)).strip()
            except Failed:
                text = ""
            if len(text.encode()) > MESSAGE_MAX or "\n" in text:
                text = ""
        return text or (given.get("message") or "").strip() or f"failed expression: {given['expression'].strip()}"

    def failure(self, why: str, always: bool = False) -> list[PolicyDecision]:
        return [PolicyDecision(why, always=always)] if self.policy.fails else []
