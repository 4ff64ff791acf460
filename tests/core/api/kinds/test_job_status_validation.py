"""Lists of indexes in a status may not overlap."""

from __future__ import annotations

from cluster_core.api.kinds.job_status_validation import validate_job_status

SPEC = {"completions": 9, "parallelism": 9, "completionMode": "Indexed", "backoffLimitPerIndex": 1}


def texts(status: dict[str, object]) -> list[str]:
    return [cause.text() for cause in validate_job_status({"spec": SPEC, "status": status}, {"status": {}})]


def test_an_index_is_done_or_failed() -> None:
    assert texts({"completedIndexes": "0,3-5", "failedIndexes": "1,6"}) == []
    assert texts({"completedIndexes": "0,3-5", "failedIndexes": "1,5"}) == [
        'status.failedIndexes: Invalid value: "1,5": failedIndexes and completedIndexes overlap at index: 5'
    ]


def test_lists_are_read() -> None:
    assert texts({"completedIndexes": "0,9"}) == [
        'status.completedIndexes: Invalid value: "0,9": error parsing completedIndexes: too large index: "9"'
    ]
