"""Commands: what is checked before anything is logged, and the save file."""

from __future__ import annotations

import json

import pytest

from cluster_core.cluster.command import Command, CommandError


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("fly", {}, "unknown command kind 'fly'"),
        ("apply", {}, "no objects passed to apply"),
        ("apply", {"manifest": "# nothing"}, "no objects passed to apply"),
        ("delete", {"resource": "pods"}, "'name' must be a non-empty text"),
        ("delete", {"resource": "pods", "name": "x" * 300}, "at most 253 characters"),
        ("scale", {"resource": "d", "name": "x", "replicas": "3"}, "must be an integer"),
        ("scale", {"resource": "d", "name": "x", "replicas": True}, "must be an integer"),
        ("scale", {"resource": "d", "name": "x", "replicas": -1}, "greater than or equal to 0"),
        ("fault", {"fault": "rain", "target": "x"}, "unknown fault 'rain'"),
        ("fault", {"fault": "node-down"}, "'target' must be"),
    ],
)
def test_what_is_refused(kind: str, params: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        Command(kind, params).parsed()


def test_the_api_server_needs_no_target() -> None:
    assert Command("fault", {"fault": "apiserver-down"}).parsed().kind == "fault"


def test_the_log_gives_the_same_command_back() -> None:
    given = Command(
        "apply", {"manifest": "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"}, "client-1", 7, 9
    ).parsed()
    back = Command.from_log(json.loads(json.dumps(given.to_log())))
    assert (back.kind, back.params, back.client_id, back.number, back.at) == ("apply", given.params, "client-1", 7, 9)
    assert back.objects == given.objects
