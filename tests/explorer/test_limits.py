"""What one visitor may create in an hour."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from explorer import limits
from explorer.models import Quota
from explorer.refusal import Refusal
from tests.explorer.conftest import Api

pytestmark = pytest.mark.asyncio


async def test_runs_per_hour_and_address(api: Api, settings: Any) -> None:
    settings.RUNS_PER_HOUR = 2
    for _ in range(2):
        await Api().run(seed=1)
    refused = await Api().post("runs/", {"seed": 1})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= limits.HOUR_S
    assert "at most 2 runs an hour" in refused.json()["error"]


async def test_shares_per_hour(api: Api, settings: Any) -> None:
    settings.SHARES_PER_HOUR = 1
    run = await api.run(seed=1)
    assert (await api.post("shares/", {"run": run["id"]})).status_code == 201
    assert (await api.post("shares/", {"run": run["id"]})).status_code == 429


async def test_the_count_is_exact_when_many_ask_at_once() -> None:
    asked = [limits.spend("things", 5, "1.2.3.4", "") for _ in range(20)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 5
    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 15


async def test_a_new_hour_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000
    monkeypatch.setattr(limits.time, "time", lambda: now)
    await limits.spend("things", 1, "1.2.3.4", "")
    with pytest.raises(Refusal):
        await limits.spend("things", 1, "1.2.3.4", "")
    now += limits.HOUR_S
    await limits.spend("things", 1, "1.2.3.4", "")


async def test_addresses_of_one_household_count_together_and_others_do_not() -> None:
    await limits.spend("things", 1, "2001:db8:1:2::1", "")
    with pytest.raises(Refusal):
        await limits.spend("things", 1, "2001:db8:1:2::ffff", "")
    await limits.spend("things", 1, "2001:db8:1:3::1", "")
    await limits.spend("things", 1, "1.2.3.4", "")


async def test_no_address_is_kept() -> None:
    await limits.spend("things", 1, "1.2.3.4", "owner")
    kept = [str(vars(row)) async for row in Quota.objects.all()]
    assert len(kept) == 2
    assert not any("1.2.3.4" in row or "owner/" in row for row in kept)
