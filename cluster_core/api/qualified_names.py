"""Names of several parts, checked part by part: what is wrong is said of the part. Upstream: apimachinery `util/validation/validation.go`.

Signer names: `pkg/apis/core/validation/names.go`.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster_core.api import names
from cluster_core.api.errors import Cause

PREFIXED_WORDS = 'must be a domain-prefixed path (such as "acme.io/foo")'
PATH_WORDS = f"Invalid path (regex used for validation is '{names.HTTP_PATH.pattern}')"
SIGNER_WORDS = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
SIGNER_MAX = 571


def domain_prefixed_path(value: str, path: str) -> list[Cause]:
    """ "acme.io/foo": managers of Jobs, controllers of IngressClasses."""
    if not value:
        return [Cause(path, "Required")]
    host, _slash, rest = value.partition("/")
    if not host or not rest:
        return [Cause(path, "Invalid", PREFIXED_WORDS, value)]
    causes = [Cause(path, "Invalid", words, host) for words in names.subdomain(host)]
    return causes if names.HTTP_PATH.fullmatch(rest) else [*causes, Cause(path, "Invalid", PATH_WORDS, rest)]


def fully_qualified_name(value: str, path: str) -> list[Cause]:
    """At least three labels: names of webhooks."""
    return _qualified(value, path, 3, "three")


def fully_qualified_domain(value: str, path: str) -> list[Cause]:
    """At least two labels, with or without a dot at the end."""
    return _qualified(value.removesuffix("."), path, 2, "two")


def signer_name(value: str, path: str) -> list[Cause]:
    """ "example.com/signer-name"."""
    if not value:
        return [Cause(path, "Required")]
    parts = value.split("/")
    if len(parts) != 2:
        return [Cause(path, "Invalid", SIGNER_WORDS, value)]
    domain, name = parts
    causes = _parts(domain, names.label, path)
    if "." not in domain:
        words = "should be a domain with at least two segments separated by dots"
        causes.append(Cause(path, "Invalid", words, domain))
    causes += _parts(name, names.subdomain, path)
    if len(value) > SIGNER_MAX:
        causes.append(Cause(path, "TooLong", f"may not be more than {SIGNER_MAX} bytes"))
    return causes


def _qualified(value: str, path: str, least: int, word: str) -> list[Cause]:
    if not value:
        return [Cause(path, "Required")]
    causes = [Cause(path, "Invalid", words, value) for words in names.subdomain(value)]
    labels = value.split(".")
    if causes:
        return causes
    if len(labels) < least:
        words = f"should be a domain with at least {word} segments separated by dots"
        return [Cause(path, "Invalid", words, value)]
    return [Cause(path, "Invalid", ",".join(found), label) for label in labels if (found := names.label(label))]


def _parts(value: str, rule: Callable[[str], tuple[str, ...]], path: str) -> list[Cause]:
    """What is wrong with the first bad part."""
    for part in value.split("."):
        found = [Cause(path, "Invalid", f'validating label "{part}": {words}', value) for words in rule(part)]
        if found:
            return found
    return []
