"""Impersonation headers; who is let in is in test_app.py."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.door import impersonated
from explorer.kubeapi.exchange import Exchange


def exchange(*headers: tuple[str, str]) -> Exchange:
    async def nothing(*_given: Any) -> Any:
        return None

    listed = [(name.encode(), value.encode()) for name, value in headers]
    return Exchange({"headers": listed}, nothing, nothing, "/")


def test_nobody() -> None:
    assert impersonated(exchange(("Accept", "*/*"))) is None


def test_somebody() -> None:
    found = impersonated(
        exchange(
            ("Impersonate-User", "jane"),
            ("Impersonate-Group", "a"),
            ("Impersonate-Group", "b"),
            ("Impersonate-Uid", "u"),
            ("Impersonate-Extra-example.org%2Fscopes", "view"),
            ("Impersonate-Extra-example.org%2Fscopes", "edit"),
        )
    )
    assert found == {
        "user": "jane",
        "groups": ["a", "b"],
        "uid": "u",
        "extra": {"example.org/scopes": ["view", "edit"]},
    }


@pytest.mark.parametrize("name", ["Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-x"])
def test_no_user(name: str) -> None:
    with pytest.raises(ApiError) as refused:
        impersonated(exchange((name, "x")))
    assert refused.value.code == 400


def test_too_much() -> None:
    with pytest.raises(ApiError):
        impersonated(exchange(("Impersonate-User", "x"), *((f"Impersonate-Extra-{n}", "x") for n in range(100))))
