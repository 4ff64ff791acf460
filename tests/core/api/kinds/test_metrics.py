"""The kinds of metrics.k8s.io."""

from __future__ import annotations

from cluster_core.api.kinds import by_gvk, by_resource


def test_they_are_read_only_and_do_not_hide_pods_and_nodes() -> None:
    for name, scope in (("pods", True), ("nodes", False)):
        kind = by_resource(f"{name}.metrics.k8s.io")
        assert (kind.verbs, kind.stored, kind.namespaced, kind.singular) == (("get", "list"), False, scope, "")
        assert by_resource(name).group == ""
    assert by_gvk("metrics.k8s.io/v1beta1", "PodMetrics").subresources == ()
