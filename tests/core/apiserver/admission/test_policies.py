"""ValidatingAdmissionPolicies in one API server: what they refuse, in upstream's words."""

from __future__ import annotations

import pytest

from tests.core.apiserver.admission.policy_samples import (
    BINDINGS,
    POLICIES,
    binding,
    config_map,
    governed,
    policy,
    rule,
    tried,
)
from tests.core.apiserver.crontab import CRDS, definition, version
from tests.core.apiserver.plane import Plane

SMALL = "size(object.data) < 2"
DENIED = "configmaps \"cm\" is forbidden: ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request: "


def test_a_denial_names_policy_binding_and_expression() -> None:
    plane = governed(policy(SMALL))
    assert tried(plane, config_map(a="1")) == ""
    answer = plane.ask("create", "configmaps", namespace="default", body=config_map(a="1", b="2"))
    assert (answer.code, answer.body["reason"]) == (422, "Invalid")
    assert answer.body["message"] == f"{DENIED}failed expression: {SMALL}"
    said = answer.body["message"].removeprefix('configmaps "cm" is forbidden: ')
    assert answer.body["details"] == {"name": "cm", "kind": "configmaps", "causes": [{"message": said}]}


def test_without_a_binding_nothing_is_refused() -> None:
    plane = governed(policy("false"), bindings=())
    assert tried(plane, config_map()) == ""


@pytest.mark.parametrize(("reason", "code"), [("Forbidden", 403), ("RequestEntityTooLarge", 413), ("Invalid", 422)])
def test_a_reason_decides_the_code(reason: str, code: int) -> None:
    plane = governed(policy(validations=[{"expression": "false", "message": " no ", "reason": reason}]))
    answer = plane.ask("create", "configmaps", namespace="default", body=config_map())
    assert (answer.code, answer.body["reason"], answer.body["message"]) == (code, reason, f"{DENIED}no")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("'at most 1, not ' + string(size(object.data))", "at most 1, not 2"),
        ("'two\\nlines'", "plain"),
        ("'  '", "plain"),
        ("object.nothing", "plain"),
    ],
)
def test_a_message_expression_speaks_unless_it_cannot(expression: str, message: str) -> None:
    text = expression if "object.nothing" not in expression else "string(object.nothing)"
    plane = governed(policy(validations=[{"expression": SMALL, "message": "plain", "messageExpression": text}]))
    assert tried(plane, config_map(a="1", b="2")) == DENIED + message


def test_warn_lets_the_request_pass() -> None:
    plane = governed(policy(SMALL), bindings=(binding(actions=("Warn", "Audit")),))
    answer = plane.ask("create", "configmaps", namespace="default", body=config_map(a="1", b="2"))
    assert answer.code == 201
    told = "Validation failed for ValidatingAdmissionPolicy 'demo' with binding 'demo-binding': failed expression: "
    assert list(answer.warnings) == [told + SMALL]


def test_an_error_counts_as_the_failure_policy_says() -> None:
    plane = governed(policy("object.spec.x == 1"))
    said = DENIED + "expression 'object.spec.x == 1' resulted in error: no such key: spec"
    assert tried(plane, config_map()) == said
    assert tried(governed(policy("object.spec.x == 1", failurePolicy="Ignore")), config_map()) == ""
    assert tried(governed(policy("false", failurePolicy="Ignore")), config_map()) != ""


def test_what_costs_too_much_is_an_error() -> None:
    numbers = "[1,2,3,4,5,6,7,8,9,10]"
    deep = "true"
    for name in "abcdefg":
        deep = f"{numbers}.all({name}, {deep})"
    said = tried(governed(policy(deep)), config_map())
    assert said.endswith("resulted in error: operation cancelled: actual cost limit exceeded")


def test_updates_and_deletions_see_the_old_object() -> None:
    match = {"resourceRules": [rule(operations=["*"])]}
    plane = governed(
        policy(
            "request.operation != 'UPDATE' || object.data == oldObject.data",
            "request.operation != 'DELETE' || (object == null && oldObject.data.a != 'kept')",
            "request.operation != 'CREATE' || oldObject == null",
            matchConstraints=match,
        )
    )
    assert tried(plane, config_map(a="kept")) == ""
    assert tried(plane, config_map(a="other"), "update").endswith("object.data == oldObject.data")
    assert tried(plane, config_map(), "delete").endswith("oldObject.data.a != 'kept')")
    assert tried(plane, config_map("free", a="x")) == ""
    assert tried(plane, config_map("free"), "delete") == ""


def test_the_request_and_the_namespace_are_seen() -> None:
    plane = governed(
        policy(
            "request.userInfo.username == 'kubernetes-admin' && 'system:authenticated' in request.userInfo.groups",
            "request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps' && request.namespace == 'default'",
            "namespaceObject.metadata.name == 'default' && namespaceObject.metadata.creationTimestamp < timestamp('2100-01-01T00:00:00Z')",
            "!request.dryRun && request.name == 'cm' && !has(request.subResource)",
            "object.kind == 'ConfigMap' && object.apiVersion == 'v1'",
        )
    )
    assert tried(plane, config_map()) == ""


def test_variables_are_found_when_they_are_asked_for() -> None:
    variables = [
        {"name": "broken", "expression": "1 / (size(object.data) - 1)"},
        {"name": "size", "expression": "size(object.data)"},
        {"name": "twice", "expression": "variables.size * 2"},
    ]
    plane = governed(policy("variables.size != 2 || variables.broken == 1", "variables.twice < 6", variables=variables))
    assert tried(plane, config_map(a="1")) == ""
    assert tried(plane, config_map("two", a="1", b="2")) == ""
    assert tried(plane, config_map(a="1", b="2", c="3")) == DENIED + "failed expression: variables.twice < 6"
    failing = governed(policy("variables.broken == 1", variables=variables[:1]))
    said = 'resulted in error: composited variable "broken" fails to evaluate: division by zero'
    assert tried(failing, config_map(a="1")).endswith(said)


def test_match_conditions_let_requests_pass() -> None:
    conditions = [{"name": "watched", "expression": "object.metadata.?labels.watched.orValue('') == 'yes'"}]
    plane = governed(policy("false", matchConditions=conditions))
    assert tried(plane, config_map()) == ""
    assert tried(plane, config_map("other", {"watched": "yes"})) != ""
    broken = [{"name": "broken", "expression": "object.x"}, {"name": "no", "expression": "false"}]
    broken[0]["expression"] = "object.x == 1"
    assert tried(governed(policy("true", matchConditions=broken)), config_map()) == ""
    said = tried(governed(policy("true", matchConditions=broken[:1])), config_map())
    assert said == DENIED + "expression 'object.x == 1' resulted in error: no such key: x"


PARAMS = {"apiVersion": "v1", "kind": "ConfigMap"}


def test_parameters_by_name() -> None:
    reference = {"name": "limits", "namespace": "kube-system", "parameterNotFoundAction": "Deny"}
    plane = governed(
        policy("size(object.data) <= int(params.data.max)", paramKind=PARAMS), bindings=(binding(paramRef=reference),)
    )
    missing = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
    assert tried(plane, config_map()) == DENIED + missing
    made = plane.ask("create", "configmaps", namespace="kube-system", body=config_map("limits", max="1"))
    assert made.code >= 400, "the policy is about its own parameters too"


def test_parameters_by_selector() -> None:
    reference = {"selector": {"matchLabels": {"role": "limit"}}, "parameterNotFoundAction": "Allow"}
    params = {"apiVersion": "stable.example.com/v1", "kind": "CronTab"}
    plane = Plane()
    schema = {"type": "object", "properties": {"max": {"type": "integer"}}}
    plane.made(CRDS, definition(version(spec=schema)), "")
    plane.settle(1)
    plane.made(POLICIES, policy("size(object.data) <= params.spec.max", paramKind=params), "")
    plane.made(BINDINGS, binding(paramRef=reference), "")
    plane.settle(1)
    assert tried(plane, config_map("free", a="1", b="2")) == ""
    for name, most in (("wide", 5), ("narrow", 1)):
        body = {"metadata": {"name": name, "labels": {"role": "limit"}}, "spec": {"max": most}}
        plane.made("crontabs.stable.example.com", {**params, **body}, "default")
    assert tried(plane, config_map(a="1")) == ""
    assert tried(plane, config_map("cm", a="1", b="2")).endswith(
        "failed expression: size(object.data) <= params.spec.max"
    )


def test_an_unknown_parameter_kind_is_told() -> None:
    params = {"apiVersion": "stable.example.com/v1", "kind": "CronTab"}
    reference = {"name": "x", "parameterNotFoundAction": "Allow"}
    plane = governed(policy("true", paramKind=params), bindings=(binding(paramRef=reference),))
    said = "failed to configure binding: paramKind kind `&ParamKind{APIVersion:stable.example.com/v1,Kind:CronTab,}` not known"
    assert tried(plane, config_map()) == DENIED + said


def test_policies_are_not_about_policies() -> None:
    match = {"resourceRules": [rule("*", apiGroups=["*"], apiVersions=["*"], operations=["*"])]}
    plane = governed(policy("false", matchConstraints=match))
    assert tried(plane, config_map()) != ""
    assert plane.ask("delete", BINDINGS, name="demo-binding").code == 200
    assert tried(plane, config_map()) == ""


def test_a_status_is_asked_about_and_a_scale_is_not() -> None:
    match = {"resourceRules": [rule("*/*", apiGroups=["*"], operations=["*"])]}
    condition = [{"name": "parts", "expression": "has(request.subResource)"}]
    plane = governed(policy("false", matchConstraints=match, matchConditions=condition))
    quota = plane.made("resourcequotas", {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}})
    changed = {**quota, "status": {"hard": {"pods": "1"}}}
    answer = plane.ask("update", "resourcequotas", namespace="default", name="q", subresource="status", body=changed)
    assert answer.code == 422
    assert "demo-binding" in answer.body["message"]
    controller = {
        "metadata": {"name": "rc"},
        "spec": {
            "selector": {"a": "b"},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
        },
    }
    plane.made("replicationcontrollers", {"apiVersion": "v1", "kind": "ReplicationController", **controller})
    scaled = {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {"name": "rc", "namespace": "default"},
        "spec": {"replicas": 2},
    }
    answer = plane.ask(
        "update", "replicationcontrollers", namespace="default", name="rc", subresource="scale", body=scaled
    )
    assert answer.code == 200
