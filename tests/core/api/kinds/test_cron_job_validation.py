"""A schedule that had a zone in it may keep it; zones are looked up as upstream does."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds.cron_job_validation import validate_name, validate_schedule, validate_zone


def test_zones_in_schedules() -> None:
    assert validate_schedule("TZ=UTC * * * * *", None, True) == []
    assert [cause.detail for cause in validate_schedule("TZ=UTC * * * * *", "UTC", True)] == [
        "cannot use both timeZone field and TZ or CRON_TZ in schedule"
    ]


@pytest.mark.parametrize("zone", ["Europe/../UTC", "-UTC", "Atlantis", "local", "a" * 15])
def test_unknown_zones(zone: str) -> None:
    assert any(f"unknown time zone {zone}" == cause.detail for cause in validate_zone(zone))


def test_known_zones_and_names() -> None:
    assert validate_zone(None) == validate_zone("America/Argentina/Ushuaia") == validate_name("n" * 52) == []
