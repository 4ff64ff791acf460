"""DaemonSets: refusals, and the count of their templates."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.daemon_set import GENERATION
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.api.kinds.test_stateful_set import SET
from tests.core.apiserver.plane import Plane

DAEMON = changed(SET, "spec.serviceName", GONE)
REFUSED: list[tuple[str, Any, str]] = [
    ("spec.selector", GONE, "`selector` does not match template `labels`"),
    ("spec.selector", {}, "empty selector is invalid for daemonset"),
    ("spec.updateStrategy", {"type": "Recreate"}, 'supported values: "RollingUpdate", "OnDelete"'),
    ("spec.updateStrategy", {"rollingUpdate": {"maxUnavailable": 0}}, "cannot be 0 when maxSurge is 0"),
    ("spec.updateStrategy", {"rollingUpdate": {"maxSurge": 1}}, "may not be set when maxUnavailable is non-zero"),
    ("spec.updateStrategy", {"rollingUpdate": {"maxUnavailable": "101%"}}, "must not be greater than 100%"),
    ("spec.template.spec.containers", [], "spec.template.spec.containers: Required value"),
    ("spec.template.spec.restartPolicy", "Never", 'Unsupported value: "Never": supported values: "Always"'),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED)
def test_refused(path: str, value: Any, words: str) -> None:
    assert words in refusal("daemonsets.apps", changed(DAEMON, path, value))


def test_templates_are_counted() -> None:
    plane = Plane()
    made = plane.made("daemonsets.apps", DAEMON)
    assert made["metadata"]["annotations"][GENERATION] == "1"
    body = changed(made, "spec.template.spec.containers.0.image", "nginx:2")
    made = plane.ask("update", "daemonsets.apps", namespace="default", name="db", body=body).body
    assert (made["metadata"]["annotations"][GENERATION], made["metadata"]["generation"]) == ("2", 2)


def test_the_selector_is_fixed() -> None:
    value = {"matchExpressions": [{"key": "app", "operator": "Exists"}]}
    assert "field is immutable" in refused_update("daemonsets.apps", DAEMON, "spec.selector", value)
