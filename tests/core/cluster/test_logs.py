"""Logs of containers: what is answered, and refused in upstream's words."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from tests.core.kubelet.test_containers import SHARED, started

NGINX = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}"
WRONG = "apiVersion: v1\nkind: Pod\nmetadata: {name: wrong}\nspec: {containers: [{name: c, image: 'nginx:1.161'}]}"


def test_a_server_says_that_it_is_up() -> None:
    found = started(NGINX).world.container_log("default", "web")
    assert found.lines[-1].text == "start worker processes" and found.next == len(found.lines)


def test_refusals() -> None:
    world = started(NGINX, WRONG, SHARED).world
    rows = [
        (("default", "no"), 404, 'pods "no" not found'),
        (("default", "web", "x"), 400, "container x is not valid for pod web"),
        (("default", "web", "c", True), 400, 'previous terminated container "c" in pod "web" not found'),
        (
            ("default", "wrong"),
            400,
            'container "c" in pod "wrong" is waiting to start: trying and failing to pull image',
        ),
        (("default", "p"), 400, "a container name must be specified for pod p, choose one of: [writer reader]"),
    ]
    for arguments, code, message in rows:
        with pytest.raises(ApiError) as refused:
            world.container_log(*arguments)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.message) == (code, message)
