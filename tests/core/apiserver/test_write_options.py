"""Options of writes, refused in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.request import Request
from cluster_core.apiserver.write_options import DeleteOptions, check_write_options, delete_options, is_dry_run


def asked(verb: str, body: Any = None, **options: Any) -> Request:
    return Request(1, "client", "jane", verb, "pods", "default", "a", body, options=options)


REFUSED = [
    (
        "create",
        {"dry_run": "Some"},
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ),
    (
        "update",
        {"dry_run": ["All", "No"]},
        'UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["All","No"]',
    ),
    (
        "create",
        {"field_validation": "Loose"},
        'fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
    ),
    (
        "patch",
        {"force": True},
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    ),
    ("patch", {"patch_type": "apply"}, "fieldManager: Required value: is required for apply patch"),
    ("create", {"field_manager": "x" * 129}, "fieldManager: Too long: may not be more than 128 bytes"),
    ("create", {"field_manager": "a\nb"}, "invalid character U+000A (at position 1)"),
]


@pytest.mark.parametrize(("verb", "options", "words"), REFUSED)
def test_what_is_refused(verb: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_write_options(asked(verb, **options))
    assert caught.value.code == 422
    assert words in caught.value.message


def test_what_is_fine() -> None:
    for options in (
        {},
        {"dry_run": ["All"]},
        {"dry_run": True},
        {"field_validation": "Warn", "field_manager": "kubectl"},
    ):
        check_write_options(asked("create", **options))
    check_write_options(asked("patch", patch_type="apply", field_manager="me", force=True))
    assert is_dry_run({"dry_run": ["All"]})
    assert not is_dry_run({"dry_run": []})


def test_delete_options() -> None:
    assert delete_options(asked("delete")) == DeleteOptions()
    found = delete_options(asked("delete", grace_period="7", orphan_dependents="false", dry_run="All"))
    assert found == DeleteOptions(7, "Background", dry_run=True)
    body = {"gracePeriodSeconds": -2, "preconditions": {"uid": "u", "resourceVersion": "5"}}
    assert delete_options(asked("delete", body, grace_period=9)) == DeleteOptions(1, "", "u", "5")
    assert delete_options(asked("delete", orphan_dependents=True)).policy == "Orphan"


def test_preconditions_are_an_object() -> None:
    with pytest.raises(ApiError, match="preconditions must be an object"):
        delete_options(asked("delete", preconditions=[1]))
