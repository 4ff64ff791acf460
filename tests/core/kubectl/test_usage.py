"""Help, and what may have been meant."""

from __future__ import annotations

import pytest

from cluster_core.kubectl import usage
from cluster_core.kubectl.verbs import VERBS


def test_every_command_is_in_the_list_of_commands() -> None:
    first = {name.partition(" ")[0] for name in VERBS}
    assert first <= set(usage.commands())
    assert all(f"  {name}" in usage.everything() for name in first)


def test_a_family_lists_its_verbs_once() -> None:
    text = usage.family("rollout")
    assert text.count("  restart ") == 1 and "kubectl rollout SUBCOMMAND [options]" in text
    assert usage.members("create secret") == ["generic", "docker-registry", "tls"]


def test_the_flags_of_a_verb() -> None:
    assert "    -n, --namespace=''" in usage.options()
    assert "    -r, --replicas=1" in usage.of_verb("create deployment")


@pytest.mark.parametrize(("typed", "meant"), [("gett", ["set", "get"]), ("dele", ["delete"]), ("xyzzy", [])])
def test_suggestions(typed: str, meant: list[str]) -> None:
    assert usage.suggestions(typed) == meant
