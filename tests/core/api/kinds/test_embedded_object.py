"""Names of objects inside others."""

from __future__ import annotations

from cluster_core.api.kinds.embedded_object import EMBEDDED


def test_names() -> None:
    assert EMBEDDED.name_rule("a:b") == ()
    assert EMBEDDED.name_rule("..") == ("may not be '..'",)
    assert EMBEDDED.name_rule("a/b") == ("may not contain '/'",)
