"""Rows of Events."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.apiserver import tables
from tests.core.apiserver.tables.rows import NOW, named_cells


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


def test_events_of_the_other_group_have_the_same_row() -> None:
    given = {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "default"},
        "regarding": {"kind": "Node"},
        "note": "words",
        "deprecatedSource": {"component": "kubelet"},
    }
    row = tables.table(by_resource("events.events.k8s.io"), given, NOW, version="v1")["rows"][0]
    assert (row["cells"][3], row["cells"][6], row["cells"][5]) == ("node", "words", "kubelet")
    assert row["object"]["metadata"] is given["metadata"]
    assert tables.table(by_resource("events.events.k8s.io"), {"metadata": {}}, NOW)["rows"], "a bookmark"
