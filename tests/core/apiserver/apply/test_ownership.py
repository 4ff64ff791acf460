"""Notes of writes, and the managers that follow from them."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Request
from cluster_core.apiserver.apply.owners import encoded
from cluster_core.apiserver.apply.ownership import (
    NOBODY,
    NOTES_MAX,
    Note,
    Ownership,
    alike,
    note_of,
    owned,
    ownership_of,
    sealed,
    settled,
    with_managed_fields,
    writer_of,
)

POD = by_resource("pods")
Obj = dict[str, Any]


def pod(phase: str = "", **spec: Any) -> Obj:
    found: Obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    return {**found, "status": {"phase": phase}} if phase else found


def note(manager: str, before: Obj | None, after: Obj, at: int = 0, subresource: str = "") -> Note:
    return Note(manager, subresource, "v1", at * 1_000_000, before, after)


def shown(ownership: Ownership) -> list[tuple[str, str, dict[str, Any]]]:
    found = encoded(settled(ownership, POD))
    return [(one["manager"], one.get("subresource", ""), one["fieldsV1"]) for one in found]


def created(**spec: Any) -> Ownership:
    return NOBODY.noted(note("a", None, pod(**spec)), POD)


def test_a_create_owns_what_it_brings_but_the_status() -> None:
    found = NOBODY.noted(note("a", None, pod("Pending", hostname="h")), POD)
    assert shown(found) == [("a", "", {"f:spec": {"f:hostname": {}}})]


def test_an_update_takes_what_it_changes() -> None:
    found = created(hostname="h", nodeName="n").noted(
        note("b", pod(hostname="h", nodeName="n"), pod(hostname="i", nodeName="n"), 5), POD
    )
    assert shown(found) == [("a", "", {"f:spec": {"f:nodeName": {}}}), ("b", "", {"f:spec": {"f:hostname": {}}})]


def test_status_updates_in_a_row_are_one_note_with_the_last_time() -> None:
    found = created(hostname="h")
    for at, (before, after) in enumerate([("", "Pending"), ("Pending", "Running"), ("Running", "Failed")]):
        found = found.noted(note("kubelet", pod(before), pod(after), at + 1, "status"), POD)
    assert len(found.notes) == 2
    assert shown(found)[1] == ("kubelet", "status", {"f:status": {"f:phase": {}}})
    assert encoded(settled(found, POD))[1]["time"] == "2025-01-01T00:00:03Z"


def test_a_write_between_ends_the_row() -> None:
    found = created(hostname="h").noted(note("kubelet", pod(), pod("Pending"), 1, "status"), POD)
    assert len(sealed(found).noted(note("kubelet", pod("Pending"), pod("Running"), 2, "status"), POD).notes) == 3
    other = found.noted(note("scheduler", pod("Pending"), pod("Unknown"), 2, "status"), POD)
    assert [name for name, _, _ in shown(other)] == ["a", "scheduler"]


def test_many_notes_are_worked_out_and_tell_the_same() -> None:
    lazy = eager = created(hostname="h0")
    for number in range(1, 3 * NOTES_MAX):
        change = note(f"m{number % 3}", pod(hostname=f"h{number - 1}"), pod(hostname=f"h{number}"), number)
        lazy = lazy.noted(change, POD)
        eager = Ownership(tuple(settled(eager, POD).values())).noted(change, POD)
        assert len(lazy.notes) <= NOTES_MAX
        assert encoded(settled(lazy, POD)) == encoded(settled(eager, POD))
    assert len(shown(lazy)) == 1


def test_a_change_of_nothing_that_can_be_owned_leaves_the_time() -> None:
    found = created(hostname="h").noted(note("a", pod(hostname="h"), pod(hostname="h"), 9), POD)
    assert encoded(settled(found, POD))[0]["time"] == "2025-01-01T00:00:00Z"


def test_what_nobody_manages_stays_so() -> None:
    assert NOBODY.noted(note("a", pod(), pod(hostname="h")), POD) is NOBODY


def test_clients_see_the_managers_and_components_do_not() -> None:
    obj = owned(pod(hostname="h"), created(hostname="h"))
    seen = with_managed_fields(obj, POD)
    assert "managedFields" not in obj["metadata"] and obj == pod(hostname="h")
    assert [one["manager"] for one in seen["metadata"]["managedFields"]] == ["a"]
    assert with_managed_fields(obj, POD) is seen
    assert with_managed_fields(pod(), POD) == pod()


def test_copies_keep_their_ownership() -> None:
    obj = owned(pod(), created(hostname="h"))
    assert ownership_of(alike({**obj, "spec": {}}, obj)) is obj.ownership
    assert ownership_of({**obj}) is NOBODY and ownership_of(None) is NOBODY


def test_who_writes() -> None:
    def asked(source: str, **options: Any) -> str:
        return writer_of(Request(1, source, "u", "update", "pods", options=options))

    assert asked("kubelet/node-1") == "kubelet" and asked("flannel/node-1") == "flanneld"
    assert asked("clients", agent="kubectl/v1.33 (linux/amd64)", field_manager="") == "kubectl"
    assert asked("clients", agent="a\x00b/1") == "ab" and asked("clients", agent="é" * 100 + "/1") == "é" * 64
    assert asked("clients", agent="curl/8", field_manager="me") == "me"


def test_a_note_of_the_status_holds_nothing_else() -> None:
    request = Request(1, "kubelet/n", "u", "update", "pods", subresource="status")
    found = note_of("v1", request, 5, pod("Pending", hostname="h"), pod("Running", hostname="h"))
    assert found.before == {"apiVersion": "v1", "status": {"phase": "Pending"}}
    assert found.after == {"apiVersion": "v1", "status": {"phase": "Running"}}


def test_updates_in_a_row_are_one_note_but_a_create_is_its_own() -> None:
    found = created(hostname="h0")
    for number in range(1, 30):
        found = found.noted(note("a", pod(hostname=f"h{number - 1}"), pod(hostname=f"h{number}"), number), POD)
    assert len(found.notes) == 2
    assert shown(found) == [("a", "", {"f:spec": {"f:hostname": {}}})]
    assert encoded(settled(found, POD))[0]["time"] == "2025-01-01T00:00:29Z"
