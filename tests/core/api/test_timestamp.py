"""Virtual time as RFC 3339 and back."""

from __future__ import annotations

import pytest

from cluster_core.api.timestamp import micro, parse, rfc3339, unix_nanoseconds


def test_round_trips() -> None:
    for us in (0, 1, 999_999, 61_000_001, -180_000_000, 86_400_000_000 * 400):
        assert parse(micro(us)) == us
        assert parse(rfc3339(us)) == us // 1_000_000 * 1_000_000


def test_forms() -> None:
    assert rfc3339(1_500_000) == "2025-01-01T00:00:01Z"
    assert micro(1_500_000) == "2025-01-01T00:00:01.500000Z"
    assert unix_nanoseconds(1) == 1_735_689_600_000_001_000
    assert parse("2025-01-01T01:00:00+01:00") == 0


@pytest.mark.parametrize("text", ["", "noon", "2025-13-01T00:00:00Z"])
def test_no_times(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)
