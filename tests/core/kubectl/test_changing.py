"""Objects that a change is about."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.changing import assignments
from cluster_core.kubectl.conversation import KubectlError
from tests.core.kubectl.server import Server


def test_by_name_by_selector_and_all(server: Server) -> None:
    assert server.run("kubectl label pod/one a=b") == "pod/one labeled"
    assert server.run("kubectl label pods -l run=one a=c --overwrite") == "pod/one labeled"
    assert server.run("kubectl label pods --all x=y").count("labeled") == 3


def test_one_that_is_not_there(server: Server) -> None:
    assert server.run("kubectl label pod nope a=b") == 'Error from server (NotFound): pods "nope" not found'


def test_objects_of_a_manifest(server: Server) -> None:
    text = "kubectl label -f - a=b <<E\napiVersion: v1\nkind: Pod\nmetadata: {name: one}\nE"
    assert server.run(text) == "pod/one labeled"


def test_assignments_come_last() -> None:
    assert assignments(["pod", "a", "x=1", "y-"]) == (["pod", "a"], ["x=1", "y-"])
    with pytest.raises(KubectlError):
        assignments(["pod", "x=1", "a"])
