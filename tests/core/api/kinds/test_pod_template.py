"""PodTemplates."""

from __future__ import annotations

from tests.core.api.kinds.tables import changed, refusal
from tests.core.apiserver.plane import Plane

TEMPLATE = {"metadata": {"name": "t"}, "template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}}


def test_defaults_and_generations() -> None:
    plane = Plane()
    made = plane.made("podtemplates", TEMPLATE)
    assert made["template"]["spec"]["restartPolicy"] == "Always"
    assert made["metadata"]["generation"] == 1
    body = changed(made, "template.spec.restartPolicy", "Never")
    answer = plane.ask("update", "podtemplates", namespace="default", name="t", body=body)
    assert answer.body["metadata"]["generation"] == 2


def test_refused() -> None:
    words = "template.spec.containers: Required value"
    assert words in refusal("podtemplates", changed(TEMPLATE, "template.spec.containers", []))
