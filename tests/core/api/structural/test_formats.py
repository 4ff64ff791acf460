"""Formats of texts."""

from __future__ import annotations

import pytest

from cluster_core.api.structural.formats import applies, is_format, normalized


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ipv4", "10.0.0.1", "10.0.0.256"),
        ("ipv6", "::1", "1.2.3.4"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("mac", "01:23:45:67:89:ab", "01:23"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123"),
        ("uuid4", "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("email", "a@b.c", "a.b.c"),
        ("hostname", "example.com", "exa mple"),
        ("uri", "https://example.com", "not a uri"),
        ("byte", "aGVsbG8=", "a"),
        ("date", "2024-02-29", "2023-02-29"),
        ("datetime", "2024-01-01T00:00:00Z", "2024-01-01 00:00"),
        ("duration", "1h30m", "1 parsec"),
        ("isbn", "978-0321751041", "978-0321751042"),
        ("isbn10", "0321751043", "0321751044"),
        ("creditcard", "4111111111111111", "4111111111111112"),
        ("hexcolor", "#FFF", "#FFFF"),
        ("rgbcolor", "rgb(1,2,3)", "rgb(1,2,256)"),
        ("ssn", "111-22-3333", "1"),
        ("bsonobjectid", "507f1f77bcf86cd799439011", "507f"),
        ("k8sshortname", "my-name", "My.name"),
        ("k8slongname", "my.name", "My.name"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert is_format(name, good)
    assert not is_format(name, bad)


def test_unknown_formats_are_no_limit() -> None:
    assert is_format("nonsense", "x")
    assert is_format("password", "")


def test_formats_belong_to_types() -> None:
    assert normalized("date-time") == "datetime"
    assert applies("string", "date-time")
    assert applies("integer", "int64")
    assert not applies("integer", "date")
    assert not applies("object", "uuid")
    assert not applies("string", "nonsense")
