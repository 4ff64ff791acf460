"""Rows of Events."""

from __future__ import annotations

from tests.core.apiserver.tables.rows import named_cells


def test_an_event_that_was_counted() -> None:
    found = named_cells(
        "events",
        {
            "involvedObject": {"kind": "Pod", "name": "web", "fieldPath": "spec.containers{c}"},
            "type": "Warning",
            "reason": "BackOff",
            "message": " Back-off restarting \n",
            "count": 4,
            "firstTimestamp": "2025-01-01T00:50:00Z",
            "lastTimestamp": "2025-01-01T00:59:30Z",
            "source": {"component": "kubelet", "host": "n1"},
        },
    )
    assert found == {
        "Last Seen": "30s",
        "Type": "Warning",
        "Reason": "BackOff",
        "Object": "pod/web",
        "Subobject": "spec.containers{c}",
        "Source": "kubelet, n1",
        "Message": "Back-off restarting",
        "First Seen": "10m",
        "Count": 4,
        "Name": "x",
    }


def test_an_event_of_the_new_api_has_its_own_time_and_a_series() -> None:
    given = {"eventTime": "2025-01-01T00:58:00.000000Z", "reportingComponent": "scheduler", "reportingInstance": "s-1"}
    once = named_cells("events", given)
    assert (once["Last Seen"], once["First Seen"], once["Count"], once["Source"]) == ("2m", "2m", 1, "scheduler, s-1")
    series = {"count": 7, "lastObservedTime": "2025-01-01T00:59:50.000000Z"}
    again = named_cells("events", {**given, "series": series})
    assert (again["Last Seen"], again["First Seen"], again["Count"]) == ("10s", "2m", 7)


def test_the_names_of_the_other_group_are_understood() -> None:
    given = {"regarding": {"kind": "Node"}, "note": "words", "deprecatedSource": {"component": "kubelet"}}
    found = named_cells("events", given)
    assert (found["Object"], found["Message"], found["Source"]) == ("node", "words", "kubelet")
