"""Quantities: "500m", "1Gi". Upstream: apimachinery `api/resource/quantity.go`."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

FORMAT_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

_FORMAT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)")
_SUFFIXES = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "Ti": Fraction(2**40),
    "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
}

BINARY = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "")
DECIMAL = ("E", "P", "T", "G", "M", "k", "", "m", "u", "n")


@lru_cache(maxsize=4096)
def parse(quantity: str | int | float) -> Fraction:
    """The exact value; raises ValueError with upstream's words."""
    match = _FORMAT.fullmatch(str(quantity)) if len(str(quantity)) <= 64 else None
    if match is None:
        raise ValueError(FORMAT_ERROR)
    number, exponent, suffix = match.groups()
    return Fraction(number) * (Fraction(10) ** int(exponent[1:]) if exponent else _SUFFIXES[suffix or ""])


@lru_cache(maxsize=4096)
def parse_cpu(quantity: str | int | float) -> int:
    """Millicores, rounded up."""
    return -(-(parse(quantity) * 1000) // 1)


@lru_cache(maxsize=4096)
def parse_bytes(quantity: str | int | float) -> int:
    """Bytes (or a count), rounded up."""
    return -(-parse(quantity) // 1)


@lru_cache(maxsize=4096)
def canonical(quantity: str | int | float) -> str:
    """The shortest form with the same suffix family, as the API server stores it: "0.5" is "500m", "1024Mi" is "1Gi"."""
    value, text = parse(quantity), str(quantity)
    match = _FORMAT.fullmatch(text)
    if match is not None and match[2]:
        return _exponent(value)
    family = BINARY if text.endswith("i") and abs(value) >= 1024 else DECIMAL
    for suffix in family:
        scaled = value / _SUFFIXES[suffix]
        if scaled.denominator == 1 and (scaled.numerator or not suffix):
            return f"{scaled.numerator}{suffix}"
    return f"{-(-value // _SUFFIXES[family[-1]])}{family[-1]}"


def _exponent(value: Fraction) -> str:
    """ "12e3": exponents in steps of three."""
    for exponent in range(18, -10, -3):
        scaled = value / Fraction(10) ** exponent
        if scaled.denominator == 1 and (scaled.numerator or not exponent):
            return f"{scaled.numerator}e{exponent}" if exponent else str(scaled.numerator)
    return f"{-(-value * 10**9 // 1)}e-9"
