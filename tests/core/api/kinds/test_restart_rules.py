"""Restarts of single containers in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.restart_rules import validate_restart
from cluster_core.api.request import Obj

CODES = {"operator": "In", "values": [42]}
RULE = {"action": "Restart", "exitCodes": CODES}


def container(*rules: Obj, **fields: Any) -> Obj:
    return {"name": "c", "restartPolicyRules": list(rules), **fields}


CASES: list[tuple[Obj, str]] = [
    (container(RULE), "c.restartPolicy: Required value: must specify restartPolicy when restart rules are used"),
    (
        container(restartPolicy="Sometimes"),
        'c.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
    ),
    (container(*[RULE] * 21, restartPolicy="Never"), "c.restartPolicyRules: Too many: 21: must have at most 20 items"),
    (
        container({**RULE, "action": "Stop"}, restartPolicy="Never"),
        'c.restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"',
    ),
    (
        container({"action": "Restart"}, restartPolicy="Never"),
        "c.restartPolicyRules[0].exitCodes: Required value: must be specified",
    ),
    (
        container({**RULE, "exitCodes": {**CODES, "operator": "Is"}}, restartPolicy="Never"),
        'c.restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is"',
    ),
    (
        container({**RULE, "exitCodes": {**CODES, "values": list(range(256))}}, restartPolicy="Never"),
        "c.restartPolicyRules[0].exitCodes.values: Too many: 256",
    ),
]


@pytest.mark.parametrize(("body", "words"), CASES)
def test_refusals(body: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_restart(body, "c")]
    assert any(words in text for text in causes), causes


def test_good_rules() -> None:
    assert validate_restart(container(RULE, restartPolicy="Never"), "c") == []
    assert validate_restart({"name": "c"}, "c") == []
