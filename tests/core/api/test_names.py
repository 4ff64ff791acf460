"""What may be a name, a label or a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster_core.api import names

TABLE: list[tuple[Callable[[str], tuple[str, ...]], list[str], list[tuple[str, str]]]] = [
    (
        names.subdomain,
        ["a", "a-b.c", "1", "x" * 253],
        [
            ("", "RFC 1123 subdomain"),
            ("A", "RFC 1123 subdomain"),
            ("a_b", "subdomain"),
            ("a..b", "subdomain"),
            ("x" * 254, "253 bytes"),
        ],
    ),
    (
        names.label,
        ["a", "1a", "a-b"],
        [("a.b", "RFC 1123 label"), ("-a", "label"), ("x" * 64, "no more than 63 bytes")],
    ),
    (names.dns_1035, ["a", "a1"], [("1a", "DNS-1035 label"), ("a-", "DNS-1035 label")]),
    (
        names.qualified,
        ["a", "A.b_c", "example.com/a"],
        [
            ("", "name part must be non-empty"),
            ("/a", "prefix part must be non-empty"),
            ("a/b/c", "a qualified name must consist of"),
            ("A!/x", "prefix part a lowercase RFC 1123 subdomain"),
            ("x" * 64, "name part must be no more than 63 bytes"),
            ("a b", "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"),
        ],
    ),
    (names.label_value, ["", "a", "A_b.c"], [("-a", "a valid label must be an empty string"), ("x" * 64, "63 bytes")]),
    (
        names.port_name,
        ["http", "a-1"],
        [
            ("", "must contain at least one letter"),
            ("80", "must contain at least one letter (a-z)"),
            ("a--b", "must not contain consecutive hyphens"),
            ("-a", "must not begin or end with a hyphen"),
            ("HTTP", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"),
            ("x" * 16, "must be no more than 15 characters"),
        ],
    ),
    (
        names.config_key,
        ["a", "A_b.c", ".a"],
        [("a b", "a valid config key"), ("..", "must not be '..'"), ("..a", "must not start with '..'")],
    ),
    (
        names.environment,
        ["A", "a.b", "9"],
        [("", "a valid environment variable name"), ("A=B", "printable ASCII characters other than '='")],
    ),
]


@pytest.mark.parametrize(("rule", "good", "bad"), TABLE)
def test_rules(rule: Callable[[str], tuple[str, ...]], good: list[str], bad: list[tuple[str, str]]) -> None:
    for value in good:
        assert rule(value) == (), value
    for value, words in bad:
        assert words in "; ".join(rule(value)), value


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (names.path_segment, "..", "may not be '..'"),
        (names.path_segment, "a/b", "may not contain '/'"),
        (names.wildcard_subdomain, "*.*.com", "a wildcard DNS-1123 subdomain must start with '*.'"),
        (names.underscored_subdomain, "a..b", "'-', '_' or '.'"),
        (names.http_header, "a b", "a valid HTTP header must consist of alphanumeric characters or '-'"),
    ],
)
def test_names_of_other_kinds(rule, value: str, words: str) -> None:
    assert any(words in found for found in rule(value))
