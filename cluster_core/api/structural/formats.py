"""Formats of texts in schemas. Upstream: kube-openapi `pkg/validation/strfmt`, apiextensions `pkg/apiserver/validation/formats.go`."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import date
from email.utils import parseaddr
from functools import partial

from cluster_core.api import names, pattern

_HEX = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?"
PATTERNS = {
    "bsonobjectid": "^[0-9a-fA-F]{24}$",
    "hostname": r"^([a-zA-Z0-9\p{L}]((-?[a-zA-Z0-9\p{L}]{0,62})?)|([a-zA-Z0-9\p{L}](([a-zA-Z0-9-\p{L}]{0,61}[a-zA-Z0-9\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$",
    "mac": "^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}$",
    "uuid": _HEX + "[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    "uuid3": _HEX + "3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    "uuid4": _HEX + "4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    "uuid5": _HEX + "5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    "ssn": r"^\d{3}[- ]?\d{2}[- ]?\d{4}$",
    "hexcolor": "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    "rgbcolor": r"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$",
    "creditcard": r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$",
    "datetime": r"^\d{4}-\d{2}-\d{2}[Tt](([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?)([Zz]|[+-]\d{2}:\d{2})$",
}
_DURATION = re.compile(r"(\d+)\s*([A-Za-zµ]+)")
_GO_DURATION = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0")
_UNITS = ("ns", "us", "µs", "ms", "s", "m", "h", "d", "w")
_WORDS = ("nano", "micro", "milli", "sec", "min", "hr", "hour", "day", "week", "second", "minute")


def is_format(name: str, text: str) -> bool:
    """Whether a text has a format (its name without dashes). A format that is not known is no limit."""
    check = CHECKS.get(name)
    return check is None or check(text)


def normalized(name: str) -> str:
    """A format's name as it is looked up: "date-time" is "datetime"."""
    return name.replace("-", "")


def applies(schema_type: str, name: str) -> bool:
    """Whether a format means something for a type; those that do not are ignored, with a warning."""
    if schema_type in ("", "string"):
        return normalized(name) in CHECKS
    if schema_type == "integer":
        return name in ("int32", "int64")
    return schema_type == "number" and name in ("float", "double")


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(text)


def _uri(text: str) -> bool:
    if not text or re.search(r"[\x00-\x20\x7f]|%(?![0-9a-fA-F]{2})", text):
        return False
    return text.startswith("/") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", text) is not None


def _email(text: str) -> bool:
    address = parseaddr(text)[1]
    return len(text) <= 998 and "@" in address[1:-1] and not re.search(r"\s", address)


def _duration(text: str) -> bool:
    if _GO_DURATION.fullmatch(text):
        return True
    found = _DURATION.findall(text) if len(text) <= 1000 else []
    return bool(found) and all(unit in _UNITS or unit.lower().startswith(_WORDS) for _, unit in found)


def _cidr(text: str) -> bool:
    address, slash, length = text.partition("/")
    return bool(slash) and length.isdigit() and "%" not in address and _parses(ipaddress.ip_interface, text)


def _isbn10(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{9}[\dX]", digits):
        return False
    return sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits)) % 11 == 0


def _isbn13(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    return (
        bool(re.fullmatch(r"\d{13}", digits))
        and sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10 == 0
    )


def _credit_card(text: str) -> bool:
    digits = re.sub(r"[^0-9]+", "", text)
    if not pattern.matches(PATTERNS["creditcard"], digits):
        return False
    doubled = [int(d) * 2 if n % 2 else int(d) for n, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


CHECKS: dict[str, Callable[[str], bool]] = {
    **{name: partial(pattern.matches, text) for name, text in PATTERNS.items()},
    "creditcard": _credit_card,
    "uri": _uri,
    "email": _email,
    "ipv4": partial(_parses, ipaddress.IPv4Address),
    "ipv6": partial(_parses, ipaddress.IPv6Address),
    "cidr": _cidr,
    "isbn10": _isbn10,
    "isbn13": _isbn13,
    "isbn": lambda text: _isbn10(text) or _isbn13(text),
    "byte": _base64,
    "password": lambda text: True,
    "date": lambda text: len(text) == 10 and _parses(date.fromisoformat, text),
    "duration": _duration,
    "k8sshortname": lambda text: not names.label(text),
    "k8slongname": lambda text: not names.subdomain(text),
}
