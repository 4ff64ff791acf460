"""How violations are worded."""

from __future__ import annotations

from cluster_core.apiserver.admission.pod_security.words import containers, setters, which


def test_one_and_several() -> None:
    assert which(["a"]) == 'container "a"'
    assert which(["a", "b"], "volume") == 'volumes "a", "b"'
    assert setters(True, ["a"]) == 'pod and container "a"'


def test_every_kind_of_container_is_visited() -> None:
    spec = {"containers": [{"name": "c"}], "initContainers": [{"name": "i"}], "ephemeralContainers": [{"name": "e"}]}
    assert [one["name"] for one in containers(spec)] == ["i", "c", "e"]
