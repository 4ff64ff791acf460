"""Quantities, formats, versions."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("quantity('1Gi').isGreaterThan(quantity('1G'))", True),
        ("quantity('50k').asInteger()", 50000),
        ("quantity('50m').isInteger()", False),
        ("quantity('500m').asApproximateFloat()", 0.5),
        ("quantity('1k').add(quantity('1')).sub(1).compareTo(quantity('1000'))", 0),
        ("quantity('1Mi') == quantity('1024Ki')", True),
        ("quantity('-1').sign()", -1),
        ("isQuantity('1.3Gigabytes')", False),
        ("format.named('dns1123Label').hasValue() && !format.named('x').hasValue()", True),
        ("format.dns1123Label().validate('my-name').hasValue()", False),
        ("format.dns1123Label().validate('My_name').value().size()", 1),
        ("format.date().validate('2024-13-01').value()", ["invalid date"]),
        ("format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()", False),
        ("semver('1.2.3').isLessThan(semver('1.10.0'))", True),
        ("semver('1.0.0-alpha').isLessThan(semver('1.0.0'))", True),
        ("semver('v1.2', true).minor()", 2),
        ("isSemver('1.2') || isSemver('01.2.3')", False),
        ("semver('1.2.3').major() + semver('1.2.3').patch()", 4),
        ("type(quantity('1')) == kubernetes.Quantity", True),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


def test_errors() -> None:
    assert failure("quantity(self.name)").startswith("quantities must match the regular expression")
    assert failure("quantity('50m').asInteger()") == "cannot convert value to integer"
    assert failure("semver('1.2')") == "No Major.Minor.Patch elements found"
