"""What the words of a line name."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.conversation import KubectlError
from cluster_core.kubectl.resources import Resources
from cluster_core.kubectl.targets import targets
from tests.core.kubectl.server import Server


@pytest.fixture(scope="module")
def resources() -> Resources:
    return Server().terminal.resources


def names(words: str, resources: Resources, several: bool = True) -> list[str]:
    return [f"{one.resource.plural}/{one.name}" for one in targets(words.split(), resources, several)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("po", ["pods/"]),
        ("po,svc", ["pods/", "services/"]),
        ("pod a b", ["pods/a", "pods/b"]),
        ("pod/a svc/b", ["pods/a", "services/b"]),
        ("deploy,sts x", ["deployments/x", "statefulsets/x"]),
    ],
)
def test_forms(words: str, found: list[str], resources: Resources) -> None:
    assert names(words, resources) == found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("", "error: You must provide one or more resources"),
        ("pod/a b", "error: there is no need to specify a resource type"),
        ("pod/", "error: arguments in resource/name form must have a single resource and name"),
        ("nope", 'error: the server doesn\'t have a resource type "nope"'),
    ],
)
def test_mistakes(words: str, text: str, resources: Resources) -> None:
    with pytest.raises(KubectlError) as raised:
        names(words, resources)
    assert str(raised.value).startswith(text)


def test_a_bare_type_where_a_name_is_needed(resources: Resources) -> None:
    with pytest.raises(KubectlError, match="no name was specified"):
        names("pod", resources, several=False)
