"""What a suspended Job that has not begun may change of its pods, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.job_validation import validate_job_spec, validate_job_update
from cluster_core.api.request import Obj

INNER: Obj = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "a"}], "affinity": {"podAffinity": {}}}
SPEC: Obj = {"suspend": True, "template": {"metadata": {}, "spec": INNER}}


def changes(status: Obj, **fields: Any) -> list[str]:
    new = {**SPEC, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {**INNER, **fields}}}
    return [cause.field for cause in validate_job_update(new, {"spec": SPEC, "status": status})]


def test_directives_are_free_until_it_begins() -> None:
    node = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}, "podAffinity": {}}
    assert changes({}, nodeSelector={"a": "b"}, tolerations=[{"operator": "Exists"}], affinity=node) == []
    assert changes({"startTime": "2025-01-01T00:00:00Z"}, nodeSelector={"a": "b"}) == ["spec.template.spec"]


@pytest.mark.parametrize("fields", [{"affinity": {"podAffinity": {"x": 1}}}, {"hostNetwork": True}])
def test_the_rest_is_not(fields: Obj) -> None:
    assert changes({}, **fields) == ["spec.template.spec"]


def test_very_many_indexes() -> None:
    spec = {"completionMode": "Indexed", "completions": 200_000, "parallelism": 20_000, "backoffLimitPerIndex": 1}
    inner = {"containers": [], "restartPolicy": "Never", "dnsPolicy": "Default", "terminationGracePeriodSeconds": 1}
    found = validate_job_spec({**spec, "template": {"metadata": {}, "spec": inner}}, "s")
    texts = [cause.text() for cause in found]
    assert "s.maxFailedIndexes: Required value: must be specified when completions is above 100000" in texts
    assert any("must be less than or equal to 10000 when completions are above 100000" in text for text in texts)
