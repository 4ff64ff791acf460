"""Deployments, ReplicaSets and ReplicationControllers in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.refusals import refused, template, web
from tests.core.apiserver.plane import Plane, deployment

CASES: list[tuple[str, Obj, str]] = [
    ("deployments", {"metadata": {"name": "web"}}, "spec.selector: Required value"),
    ("deployments", {"metadata": {"name": "web"}}, "spec.template.spec.containers: Required value"),
    ("deployments", web(replicas=-1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
    ("deployments", web(selector={}), "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
    (
        "deployments",
        web(selector={"matchLabels": {"app": "other"}}),
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ),
    (
        "deployments",
        template(restartPolicy="Never"),
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ),
    ("deployments", template(containers=[]), "spec.template.spec.containers: Required value"),
    ("deployments", template(activeDeadlineSeconds=5), "activeDeadlineSeconds in ReplicaSet is not Supported"),
    (
        "deployments",
        web(strategy={"type": "Sideways"}),
        'spec.strategy: Unsupported value: {"type":"Sideways"}: supported values: "Recreate", "RollingUpdate"',
    ),
    (
        "deployments",
        web(strategy={"type": "Recreate", "rollingUpdate": {}}),
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ),
    (
        "deployments",
        web(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}),
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
    ),
    (
        "deployments",
        web(strategy={"rollingUpdate": {"maxSurge": "some"}}),
        'Invalid value: "some": a valid percent string must be a numeric',
    ),
    ("deployments", web(strategy={"rollingUpdate": {"maxUnavailable": "101%"}}), "must not be greater than 100%"),
    (
        "deployments",
        web(progressDeadlineSeconds=5, minReadySeconds=5),
        "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
    ),
    (
        "deployments",
        web(revisionHistoryLimit=-1),
        "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
    ),
    (
        "replicasets",
        web(minReadySeconds=-1),
        "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
    ),
    ("replicationcontrollers", {"metadata": {"name": "web"}}, "spec.selector: Required value"),
    ("replicationcontrollers", web(selector={"app": "other"}), "`selector` does not match template `labels`"),
]


@pytest.mark.parametrize(("resource", "body", "words"), CASES)
def test_refusals(resource: str, body: Obj, words: str) -> None:
    assert words in refused(resource, body)


def test_a_replication_controller_takes_selector_and_labels_from_its_template() -> None:
    body = deployment()
    del body["spec"]["selector"]
    made = Plane().made("replicationcontrollers", body)
    assert made["spec"]["selector"] == made["metadata"]["labels"] == {"app": "web"}
    assert made["status"] == {"replicas": 0}
