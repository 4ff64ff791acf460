"""Kubernetes' JSONPath."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.jsonpath import VISITS_MAX, compiled

OBJ = {
    "metadata": {"name": "w", "labels": {"app.kubernetes.io/name": "web"}},
    "spec": {"ports": [{"port": 80, "name": "a"}, {"port": 443, "name": "b"}], "size": 3, "none": None},
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False", "n": 2}]},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.size", [3]),
        ("{.spec.size}", [3]),
        ("$.spec.size", [3]),
        (".spec.none", [None]),
        (".spec.nope.deeper", []),
        (".spec.ports[0].port", [80]),
        (".spec.ports[-1].port", [443]),
        (".spec.ports[7].port", []),
        (".spec.ports[*].port", [80, 443]),
        (".spec.ports[0:1].name", ["a"]),
        (".spec.ports[1:].name", ["b"]),
        (".metadata.labels['app.kubernetes.io/name']", ["web"]),
        (r".metadata.labels.app\.kubernetes\.io/name", ["web"]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type == 'Other')].status", ["False"]),
        ('.status.conditions[?(@.type!="Ready")].type', ["Other"]),
        (".status.conditions[?(@.n>1)].type", ["Other"]),
        (".status.conditions[?(@.n<=1)].type", []),
        (".status.conditions[?(@.n)].type", ["Other"]),
        (".status.conditions[?(@.type==1)].type", []),
        (".spec.size[0]", []),
    ],
)
def test_paths(path: str, found: list[Any]) -> None:
    assert compiled(path).find(OBJ) == found


@pytest.mark.parametrize("path", [".spec[", ".a[?(@.b==x)]", ".a]b", "." + "a." * 70, "x" * 5000])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|literal"):
        compiled(path)


def test_a_search_ends_after_many_values() -> None:
    wide = {"a": [[0] * 300] * 300}
    assert len(compiled(".a[*][*]").find(wide)) <= VISITS_MAX


@given(st.text(alphabet=".[]()?@='\"*:ab0 \\<!", max_size=60))
def test_nothing_but_value_errors(path: str) -> None:
    try:
        found = compiled(path)
    except ValueError:
        return
    found.find(OBJ)
