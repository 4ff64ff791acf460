"""Names of several parts, and what is said of the part that is wrong."""

from __future__ import annotations

import pytest

from cluster_core.api.qualified_names import (
    domain_prefixed_path,
    fully_qualified_domain,
    fully_qualified_name,
    signer_name,
)

RIGHT = [
    (domain_prefixed_path, "acme.io/foo/bar"),
    (fully_qualified_name, "a.b.c"),
    (fully_qualified_domain, "example.com."),
    (signer_name, "kubernetes.io/kube-apiserver-client"),
]
WRONG = [
    (domain_prefixed_path, "foo", 'f: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")'),
    (domain_prefixed_path, "acme.io/a b", 'f: Invalid value: "a b": Invalid path (regex used for validation is'),
    (domain_prefixed_path, "Acme/a", 'f: Invalid value: "Acme": a lowercase RFC 1123 subdomain'),
    (fully_qualified_name, "", "f: Required value"),
    (fully_qualified_name, "a.b", "should be a domain with at least three segments separated by dots"),
    (fully_qualified_domain, "a", "should be a domain with at least two segments separated by dots"),
    (fully_qualified_name, "a.b." + "c" * 64, "must be no more than 63 bytes"),
    (signer_name, "", "f: Required value"),
    (signer_name, "example.com", "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    (signer_name, "example/a", 'f: Invalid value: "example": should be a domain with at least two segments'),
    (signer_name, "example.com/A", 'f: Invalid value: "A": validating label "A": a lowercase RFC 1123 subdomain'),
    (signer_name, "example.com/" + "a" * 600, "f: Too long: may not be more than 571 bytes"),
]


@pytest.mark.parametrize(("rule", "value"), RIGHT)
def test_right_ones(rule, value: str) -> None:
    assert rule(value, "f") == []


@pytest.mark.parametrize(("rule", "value", "words"), WRONG)
def test_wrong_ones(rule, value: str, words: str) -> None:
    assert any(words in cause.text() for cause in rule(value, "f"))
