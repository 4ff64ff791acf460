"""Kubernetes' own functions of CEL: quantities, named formats, versions.

Upstream: apiserver `pkg/cel/library/{quantity,format,semverlib}.go`. Real Kubernetes also has `authorizer`; here an
expression that names it does not compile.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.cel.function import function, over_first, traversal
from cluster_core.api.cel.network import is_url
from cluster_core.api.cel.problem import EvalError
from cluster_core.api.cel.values import INT_MAX, INT_MIN, NONE, Optional
from cluster_core.api.structural.formats import is_format


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of a resource, exact."""

    amount: Fraction
    cel_type = "kubernetes.Quantity"


@dataclass(frozen=True, slots=True)
class NamedFormat:
    """One of the formats that `format` knows."""

    name: str
    cel_type = "kubernetes.NamedFormat"


@dataclass(frozen=True, slots=True)
class Semver:
    """A semantic version; the parts after the numbers order it too."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...]
    cel_type = "kubernetes.Semver"

    @property
    def rank(self) -> tuple[Any, ...]:
        """What versions are ordered by: a release comes after its previews, numbers before words."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return (self.numbers, not self.pre, parts)


@function("quantity", "string -> kubernetes.Quantity", cost=over_first)
def to_quantity(text: str) -> Quantity:
    """A quantity from "1.5Gi"."""
    try:
        return Quantity(quantity.parse(text))
    except ValueError as error:
        raise EvalError(str(error)) from error


@function("isQuantity", "string -> bool", cost=over_first)
def is_quantity(text: str) -> bool:
    """Whether a text is a quantity."""
    try:
        quantity.parse(text)
    except ValueError:
        return False
    return True


@function("sign", members=("kubernetes.Quantity -> int",))
def sign(value: Quantity) -> int:
    """-1, 0 or 1."""
    return (value.amount > 0) - (value.amount < 0)


@function("isInteger", members=("kubernetes.Quantity -> bool",))
def is_integer(value: Quantity) -> bool:
    """Whether asInteger works."""
    return value.amount.denominator == 1 and INT_MIN <= value.amount <= INT_MAX


@function("asInteger", members=("kubernetes.Quantity -> int",))
def as_integer(value: Quantity) -> int:
    """The amount as a whole number."""
    if not is_integer(value):
        raise EvalError("cannot convert value to integer")
    return int(value.amount)


@function("asApproximateFloat", members=("kubernetes.Quantity -> double",))
def as_float(value: Quantity) -> float:
    """The amount as a floating point number."""
    try:
        return float(value.amount)
    except OverflowError:
        return float("inf") if value.amount > 0 else float("-inf")


AMOUNTS = (
    "kubernetes.Quantity, kubernetes.Quantity -> kubernetes.Quantity",
    "kubernetes.Quantity, int -> kubernetes.Quantity",
)


@function("add", members=AMOUNTS)
def add(value: Quantity, other: Quantity | int) -> Quantity:
    """The sum."""
    return Quantity(value.amount + (other.amount if isinstance(other, Quantity) else other))


@function("sub", members=AMOUNTS)
def sub(value: Quantity, other: Quantity | int) -> Quantity:
    """The difference."""
    return Quantity(value.amount - (other.amount if isinstance(other, Quantity) else other))


def _rank(value: Any) -> Any:
    return value.amount if isinstance(value, Quantity) else value.rank


def _ordered(result: str) -> tuple[str, ...]:
    return tuple(f"{one}, {one} -> {result}" for one in ("kubernetes.Quantity", "kubernetes.Semver"))


@function("isLessThan", members=_ordered("bool"))
def is_less(value: Any, other: Any) -> bool:
    """Whether a quantity or a version is smaller."""
    return bool(_rank(value) < _rank(other))


@function("isGreaterThan", members=_ordered("bool"))
def is_greater(value: Any, other: Any) -> bool:
    """Whether a quantity or a version is greater."""
    return bool(_rank(value) > _rank(other))


@function("compareTo", members=_ordered("int"))
def compare_to(value: Any, other: Any) -> int:
    """-1, 0 or 1."""
    return int(_rank(value) > _rank(other)) - int(_rank(value) < _rank(other))


FORMATS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "dns1123Label": names.label,
    "dns1123Subdomain": names.subdomain,
    "dns1035Label": names.dns_1035,
    "qualifiedName": names.qualified,
    "labelValue": names.label_value,
    "dns1123LabelPrefix": lambda text: names.label(text.removesuffix("-") or text),
    "dns1123SubdomainPrefix": lambda text: names.subdomain(text.removesuffix("-") or text),
    "dns1035LabelPrefix": lambda text: names.dns_1035(text.removesuffix("-") or text),
    "uri": lambda text: () if is_url(text) else (f'parse "{text}": invalid URI for request',),
    "uuid": lambda text: () if is_format("uuid", text) else ("does not match the UUID format",),
    "byte": lambda text: () if is_format("byte", text) else ("invalid base64",),
    "date": lambda text: () if is_format("date", text) else ("invalid date",),
    "datetime": lambda text: () if is_format("datetime", text) else ("invalid datetime",),
}


@function("format.named", "string -> optional(kubernetes.NamedFormat)")
def named_format(name: str) -> Optional:
    """A format by its name, if there is one."""
    return Optional(True, NamedFormat(name)) if name in FORMATS else NONE


def _declare_formats() -> None:
    for name in FORMATS:
        function(f"format.{name}", "-> kubernetes.NamedFormat")(lambda name=name: NamedFormat(name))


_declare_formats()


def _validate_cost(_value: NamedFormat, text: str) -> int:
    return max(1, traversal(len(text) + 1) * 15)


VALIDATE = "kubernetes.NamedFormat, string -> optional(list(string))"


@function("validate", members=(VALIDATE,), cost=_validate_cost)
def validate(value: NamedFormat, text: str) -> Optional:
    """What is wrong with a text, if anything is."""
    found = list(FORMATS[value.name](text))
    return Optional(True, found) if found else NONE


_NUMBER = r"(0|[1-9]\d{0,18})"
_SEMVER = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


def _semver(text: str, normalize: bool) -> Semver:
    if normalize:
        text = text.removeprefix("v")
        core, sign_of_rest, rest = re.match(r"([^-+]*)([-+]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        parts = [part.lstrip("0") or "0" if part.isdigit() else part for part in core.split(".")]
        if len(parts) < 3 and sign_of_rest:
            raise EvalError("short version cannot contain PreRelease/Build meta data")
        text = ".".join([*parts, "0", "0"][: max(3, len(parts))]) + sign_of_rest + rest
    match = _SEMVER.fullmatch(text) if len(text) <= 1000 else None
    if match is None:
        raise EvalError("No Major.Minor.Patch elements found" if text.count(".") < 2 else f'Invalid version "{text}"')
    numbers = (int(match[1]), int(match[2]), int(match[3]))
    return Semver(numbers, tuple(match[4].split(".")) if match[4] else ())


SEMVERS = ("string", "string, bool")


@function("semver", *(f"{one} -> kubernetes.Semver" for one in SEMVERS), cost=over_first)
def to_semver(text: str, normalize: bool = False) -> Semver:
    """A semantic version; normalized, "v1.2" is one too."""
    return _semver(text, normalize)


@function("isSemver", *(f"{one} -> bool" for one in SEMVERS), cost=over_first)
def is_semver(text: str, normalize: bool = False) -> bool:
    """Whether a text is a semantic version."""
    try:
        _semver(text, normalize)
    except EvalError:
        return False
    return True


def _declare_numbers() -> None:
    for place, name in enumerate(("major", "minor", "patch")):

        def number(value: Semver, place: int = place) -> int:
            return value.numbers[place]

        function(name, members=("kubernetes.Semver -> int",))(number)


_declare_numbers()
