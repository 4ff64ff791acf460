"""The table of subresources."""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.subresource import SUBRESOURCES, subresources_of


def test_every_row_is_of_a_served_resource() -> None:
    assert set(SUBRESOURCES) <= {kind.resource for kind in KINDS}


def test_they_are_told_by_name_with_the_status_among_them() -> None:
    names = [each.name for each in subresources_of("pods", "Pod", True)]
    assert names == sorted(names)
    assert "status" in names
    assert subresources_of("configmaps", "ConfigMap", False) == ()
