"""Options of lists and watches, and their refusals in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.list_options import NOTHING, list_options, truth, watch_options

INVALID = 'ListOptions.meta.k8s.io "" is invalid: '


def test_no_options() -> None:
    assert list_options({}) is NOTHING
    assert list_options({"label_selector": "a=b"}) is NOTHING


def test_texts_and_numbers_are_the_same() -> None:
    assert list_options({"limit": "5", "resource_version": "7"}) == list_options({"limit": 5, "resource_version": 7})
    assert list_options({"limit": -3}).limit == 0


def test_a_page_is_of_the_revision_that_it_names() -> None:
    assert list_options({"limit": 5, "resource_version": "7"}).exact == 7
    assert list_options({"resource_version": "7"}).exact == 0
    assert list_options({"resource_version": "7", "resource_version_match": "Exact"}).exact == 7
    assert list_options({"limit": 5, "resource_version": "7", "resource_version_match": "NotOlderThan"}).exact == 0
    assert list_options({"resource_version": "0"}).any_revision


@pytest.mark.parametrize(
    ("given", "meant"), [("true", True), ("1", True), ("True", True), ("", True), ("false", False), ("0", False)]
)
def test_booleans_of_a_query(given: str, meant: bool) -> None:
    assert truth(given) is meant


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ({}, True),
        ({"resource_version": "0"}, True),
        ({"resource_version": "8"}, False),
        ({"resource_version": "8", "send_initial_events": True, "resource_version_match": "NotOlderThan"}, True),
        ({"send_initial_events": "false", "resource_version_match": "NotOlderThan"}, False),
    ],
)
def test_how_a_watch_begins(options: dict[str, Any], begins: bool) -> None:
    assert watch_options(options).initial_events is begins


LISTS = [
    ({"resource_version": "x"}, 400, 'strconv.ParseUint: parsing "x": invalid syntax'),
    ({"resource_version": "-1"}, 400, 'resourceVersion: Invalid value: "-1": strconv.ParseUint'),
    ({"resource_version": "9" * 30}, 400, "value out of range"),
    ({"limit": "many"}, 400, 'strconv.ParseInt: parsing "many": invalid syntax'),
    ({"limit": "9" * 30}, 400, "value out of range"),
    (
        {"resource_version_match": "Exact"},
        422,
        f"{INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
    ),
    (
        {"resource_version": "0", "resource_version_match": "Exact"},
        422,
        f'{INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ),
    (
        {"resource_version": "5", "resource_version_match": "Newest"},
        422,
        f'{INVALID}resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""',
    ),
    (
        {"send_initial_events": True},
        422,
        f"{INVALID}sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
    ),
    (
        {"continue": "a", "resource_version": "5"},
        400,
        "specifying resource version is not allowed when using continue",
    ),
    (
        {"continue": "a", "resource_version": "5", "resource_version_match": "Exact"},
        422,
        "resourceVersionMatch is forbidden when continue is provided",
    ),
]
WATCHES = [
    ({"resource_version": "1e3"}, 400, "invalid resource version: resourceVersion: Invalid value"),
    (
        {"send_initial_events": True},
        422,
        f"{INVALID}resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    ),
    (
        {"resource_version_match": "NotOlderThan"},
        422,
        f"{INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    ),
    (
        {"send_initial_events": True, "resource_version_match": "Exact"},
        422,
        'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
    ),
]


@pytest.mark.parametrize(("options", "code", "words"), LISTS)
def test_what_a_list_may_not_ask(options: dict[str, Any], code: int, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        list_options(options)
    assert caught.value.code == code
    assert words in caught.value.message


@pytest.mark.parametrize(("options", "code", "words"), WATCHES)
def test_what_a_watch_may_not_ask(options: dict[str, Any], code: int, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        watch_options(options)
    assert caught.value.code == code
    assert words in caught.value.message
