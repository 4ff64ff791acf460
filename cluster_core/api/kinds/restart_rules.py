"""When single containers start again. Upstream: `validateContainerRestartPolicy` of `pkg/apis/core/validation`, KEP-5307.

Real Kubernetes also knows rules that start all containers of a pod again, behind a gate that is off by default.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, too_many
from cluster_core.api.request import Obj

POLICIES = ("Always", "Never", "OnFailure")
RULES_MAX = 20
EXIT_CODES_MAX = 255


def validate_restart(container: Obj, path: str) -> list[Cause]:
    """The policy of a container of its own, and rules about exit codes, which need one."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    causes = choice(policy, POLICIES, f"{path}.restartPolicy")
    if policy is None and rules:
        words = "must specify restartPolicy when restart rules are used"
        causes.append(Cause(f"{path}.restartPolicy", "Required", words))
    causes += too_many(rules, RULES_MAX, f"{path}.restartPolicyRules")
    for index, rule in enumerate(rules):
        causes += _validate_rule(rule, f"{path}.restartPolicyRules[{index}]")
    return causes


def _validate_rule(rule: Obj, path: str) -> list[Cause]:
    action, codes = rule.get("action") or "", rule.get("exitCodes")
    causes = [] if action == "Restart" else [Cause(f"{path}.action", "NotSupported", supported("Restart"), action)]
    if codes is None:
        return [*causes, Cause(f"{path}.exitCodes", "Required", "must be specified")]
    causes += choice(codes.get("operator") or "", ("In", "NotIn"), f"{path}.exitCodes.operator")
    return causes + too_many(codes.get("values"), EXIT_CODES_MAX, f"{path}.exitCodes.values")
