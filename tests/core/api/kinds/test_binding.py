"""Binding as a kind."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource


def test_it_is_created_and_stored_nowhere() -> None:
    kind = by_resource("bindings")
    assert kind.verbs == ("create",)
    assert kind.namespaced and not kind.stored
