"""ComponentStatus as a kind."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource


def test_it_is_read_only_and_stored_nowhere() -> None:
    kind = by_resource("cs")
    assert kind.resource == "componentstatuses"
    assert kind.verbs == ("get", "list")
    assert not kind.stored and not kind.namespaced
    assert kind.subresources == ()
