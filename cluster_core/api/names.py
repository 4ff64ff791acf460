"""What may be a name, a label or a key, in upstream's words. Upstream: apimachinery `util/validation/validation.go`."""

from __future__ import annotations

import re
from functools import lru_cache

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
LABEL = re.compile(_LABEL)
DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
QUALIFIED = re.compile(_QUALIFIED)
CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")

SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
    f"an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN.pattern}')"
)
LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    f"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
DNS_1035_WORDS = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with "
    f"an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{DNS_1035.pattern}')"
)
QUALIFIED_WORDS = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_QUALIFIED}')"
)
LABEL_VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'({_QUALIFIED})?')"
)
CONFIG_KEY_WORDS = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
    f"regex used for validation is '{CONFIG_KEY.pattern}')"
)
WILDCARD = re.compile(rf"\*\.{SUBDOMAIN.pattern}")
UNDERSCORED = re.compile(r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*")
HEADER = re.compile(r"[-A-Za-z0-9]+")
HTTP_PATH = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
WILDCARD_WORDS = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
    "alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is "
    f"'{WILDCARD.pattern}')"
)
UNDERSCORED_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-', '_' or '.', and must start and end with "
    f"an alphanumeric character (e.g. 'example.com', regex used for validation is '{UNDERSCORED.pattern}')"
)
HEADER_WORDS = (
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is "
    f"'{HEADER.pattern}')"
)
ENV_WORDS = "a valid environment variable name must consist only of printable ASCII characters other than '='"


@lru_cache(maxsize=4096)
def subdomain(value: str) -> tuple[str, ...]:
    """What is wrong with a value as an RFC 1123 subdomain, the rule for most names."""
    return _checked(value, SUBDOMAIN, SUBDOMAIN_WORDS, 253)


@lru_cache(maxsize=4096)
def label(value: str) -> tuple[str, ...]:
    """What is wrong with a value as an RFC 1123 label: namespaces, containers, volumes."""
    return _checked(value, LABEL, LABEL_WORDS, 63)


@lru_cache(maxsize=1024)
def dns_1035(value: str) -> tuple[str, ...]:
    """What is wrong with a value as a DNS-1035 label: Services."""
    return _checked(value, DNS_1035, DNS_1035_WORDS, 63)


@lru_cache(maxsize=4096)
def qualified(value: str) -> tuple[str, ...]:
    """What is wrong with a value as a key of labels or annotations: an optional subdomain, a slash, a name."""
    prefix, slash, name = value.rpartition("/")
    if "/" in prefix:
        words = f"a qualified name {QUALIFIED_WORDS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return (words,)
    found: list[str] = []
    if slash:
        found += (
            [f"prefix part {words}" for words in subdomain(prefix)] if prefix else ["prefix part must be non-empty"]
        )
    if not name:
        found.append("name part must be non-empty")
    elif len(name) > 63:
        found.append("name part must be no more than 63 bytes")
    if not QUALIFIED.fullmatch(name):
        found.append(f"name part {QUALIFIED_WORDS}")
    return tuple(found)


@lru_cache(maxsize=4096)
def label_value(value: str) -> tuple[str, ...]:
    """What is wrong with the value of a label."""
    found = ("must be no more than 63 bytes",) if len(value) > 63 else ()
    return found if not value or QUALIFIED.fullmatch(value) else (*found, LABEL_VALUE_WORDS)


@lru_cache(maxsize=1024)
def port_name(value: str) -> tuple[str, ...]:
    """What is wrong with the name of a port."""
    found = ["must be no more than 15 characters"] if len(value) > 15 else []
    if not re.fullmatch(r"[-a-z0-9]+", value):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", value):
        found.append("must contain at least one letter (a-z)")
    if "--" in value:
        found.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return tuple(found)


@lru_cache(maxsize=1024)
def config_key(value: str) -> tuple[str, ...]:
    """What is wrong with a key of a ConfigMap or a Secret."""
    if len(value) > 253:
        return ("must be no more than 253 bytes",)
    if not CONFIG_KEY.fullmatch(value):
        return (CONFIG_KEY_WORDS,)
    if value in (".", ".."):
        return (f"must not be '{value}'",)
    return ("must not start with '..'",) if value.startswith("..") else ()


@lru_cache(maxsize=1024)
def environment(value: str) -> tuple[str, ...]:
    """What is wrong with the name of an environment variable."""
    return () if re.fullmatch(r"[ -<>-~]+", value) else (ENV_WORDS,)


def path_segment(value: str) -> tuple[str, ...]:
    """What is wrong with a value as a part of a URL: names of RBAC's objects, references."""
    if value in (".", ".."):
        return (f"may not be '{value}'",)
    return tuple(f"may not contain '{mark}'" for mark in ("/", "%") if mark in value)


@lru_cache(maxsize=1024)
def wildcard_subdomain(value: str) -> tuple[str, ...]:
    """What is wrong with a value as a host with a wildcard in front."""
    return _checked(value, WILDCARD, WILDCARD_WORDS, 253)


@lru_cache(maxsize=1024)
def underscored_subdomain(value: str) -> tuple[str, ...]:
    """What is wrong with a value as a search domain of DNS."""
    return _checked(value, UNDERSCORED, UNDERSCORED_WORDS, 253)


@lru_cache(maxsize=1024)
def http_header(value: str) -> tuple[str, ...]:
    """What is wrong with a value as the name of an HTTP header."""
    return () if HEADER.fullmatch(value) else (HEADER_WORDS,)


def _checked(value: str, pattern: re.Pattern[str], words: str, most: int) -> tuple[str, ...]:
    found = (f"must be no more than {most} bytes",) if len(value) > most else ()
    return found if pattern.fullmatch(value) else (*found, words)
