"""How kubectl says what has happened."""

from __future__ import annotations

import pytest

from tests.core.kubectl.server import Server

MAKE = "kubectl create configmap x "


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ("", "configmap/x created"),
        ("--dry-run=client", "configmap/x created (dry run)"),
        ("--dry-run=server", "configmap/x created (server dry run)"),
        ("-o name", "configmap/x"),
        ("-o jsonpath={.metadata.name}", "x"),
        ("--dry-run=nope", 'error: Invalid dry-run value (nope). Must be "none", "server", or "client".'),
        (
            "--dry-run=client -o yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  creationTimestamp: null\n  name: x",
        ),
    ],
)
def test_forms(flags: str, text: str) -> None:
    assert Server().run(MAKE + flags) == text


def test_an_unknown_form() -> None:
    assert "unable to match a printer" in Server().run(MAKE + "-o nope")
