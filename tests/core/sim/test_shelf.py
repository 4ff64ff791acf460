"""Shelves and ledgers: copies go their own way and keep their kind."""

from __future__ import annotations

from cluster_core.sim.shelf import Fixed, Ledger, Recent, Shelf


def test_a_copied_shelf_goes_its_own_way_and_shares_what_is_on_it() -> None:
    thing = ("a thing",)
    shelf = Shelf({"b": thing, "a": thing})
    copy = shelf.copy()
    copy["c"] = thing
    assert type(copy) is Shelf
    assert list(copy) == ["b", "a", "c"]
    assert list(shelf) == ["b", "a"]
    assert copy["a"] is thing


def test_a_copied_ledger_goes_its_own_way() -> None:
    ledger = Ledger([1, 2])
    copy = ledger.copy()
    copy.append(3)
    assert type(copy) is Ledger
    assert (ledger, copy) == ([1, 2], [1, 2, 3])


def test_a_copy_of_what_is_recent_forgets_as_much() -> None:
    recent = Recent([1, 2], maxlen=2)
    copy = recent.copy()
    copy.append(3)
    assert type(copy) is Recent
    assert (list(recent), list(copy)) == ([1, 2], [2, 3])


def test_fixed_data_compares_as_what_it_holds() -> None:
    assert Fixed({"phase": "Running"}) == {"phase": "Running"}
