"""JSONPath templates as kubectl reads them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubectl.printing.jsonpath import JsonPathError, evaluate, sort_key

PODS: dict[str, Any] = {
    "items": [
        {
            "metadata": {"name": "a", "labels": {"app.io/x": "1"}},
            "status": {"c": [{"type": "Ready", "status": "True"}]},
        },
        {"metadata": {"name": "b"}, "n": 3},
    ]
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.items[*].metadata.name}", "a b"),
        (".items[0].metadata.name", "a"),
        ('{range .items[*]}{.metadata.name}{"\\t"}{.n}{"\\n"}{end}', "a\t\nb\t3\n"),
        ('{.items[0].status.c[?(@.type=="Ready")].status}', "True"),
        ("{.items[0].metadata.labels.app\\.io/x}", "1"),
        ("{.items[0].metadata.labels['app.io/x']}", "1"),
        ("{..name}", "a b"),
        ("{.items[-1:].metadata.name}", "b"),
        ("{.items[?(@.n>2)].metadata.name}", "b"),
        ("{.items[1].nothing}", ""),
        ("{$.items[1].n}", "3"),
        ("n={.items[1].n}", "n=3"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert evaluate(template, PODS) == text


@pytest.mark.parametrize(
    "template", ["{.items[5].x}", "{.items", "{range .items[*]}", "{end}", "{.a[?(]}", "{" * 50, "{.a}" * 9000]
)
def test_wrong_templates_are_refused(template: str) -> None:
    with pytest.raises(JsonPathError):
        evaluate(template, PODS)


def test_numbers_sort_before_texts() -> None:
    assert sorted([{"a": "x"}, {"a": 10}, {"a": 9}, {}], key=lambda obj: sort_key(obj, "{.a}")) == [
        {},
        {"a": 9},
        {"a": 10},
        {"a": "x"},
    ]
