"""Ways into a run: secrets that are kept as hashes, expire and end; signatures of service accounts' tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from explorer import storage
from explorer.kubeapi import credentials
from explorer.kubeapi.bucket import Bucket
from explorer.kubeapi.credentials import MARK, PATH, TOKEN, find, mint, revoke, run_of, signed, verified
from explorer.models import Kubeconfig
from explorer.refusal import Refusal
from tests.explorer.conftest import Api


@pytest.mark.asyncio
async def test_a_secret_opens_its_run_in_its_way(api: Api) -> None:
    run = await api.run()
    secret = await mint(run["id"], TOKEN)
    assert secret.startswith(MARK) and len(secret) == len(MARK) + 43
    assert await run_of(secret) == run["id"]
    assert await run_of(secret.removeprefix(MARK)) is None
    found = await find(secret, TOKEN)
    assert found is not None and found.run_id == run["id"]
    assert await find(secret, PATH) is None
    assert await find(secret[:-1], TOKEN) is None
    assert await find("", TOKEN) is None
    assert await find("x" * 100_000, TOKEN) is None
    rows = await storage.call(lambda: list(Kubeconfig.objects.values_list("secret_hash", flat=True)))
    assert secret not in rows and len(rows[0]) == 64
    assert await revoke(run["id"]) == 1
    assert await find(secret, TOKEN) is None


@pytest.mark.asyncio
async def test_it_expires(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run()
    monkeypatch.setattr(settings, "KUBECONFIG_DAYS", -1)
    assert await find(await mint(run["id"], TOKEN), TOKEN) is None


@pytest.mark.asyncio
async def test_a_run_has_so_many_and_the_oldest_end(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = await api.run(), await api.run()
    monkeypatch.setattr(settings, "KUBECONFIGS_PER_RUN", 2)
    kept = await mint(other["id"], TOKEN)
    secrets = [await mint(run["id"], TOKEN) for _ in range(3)]
    assert [await find(secret, TOKEN) is not None for secret in secrets] == [False, True, True]
    assert await find(kept, TOKEN) is not None


@pytest.mark.asyncio
async def test_what_is_known_is_bounded_and_does_not_outlive_what_another_process_ends(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await api.run()
    secret = await mint(run["id"], TOKEN)
    assert await find(secret, TOKEN) is not None
    await storage.call(storage.revoke_kubeconfigs, run["id"])
    assert await find(secret, TOKEN) is not None
    monkeypatch.setattr(credentials, "KNOWN_MAX", 3)
    for number in range(5):
        await find(f"guess-{number}", TOKEN)
    assert len(credentials._known) == 3
    assert await find(secret, TOKEN) is None


@pytest.mark.asyncio
async def test_guesses_are_slowed_down(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await api.run()
    secret = await mint(run["id"], TOKEN)
    assert await find(secret, TOKEN) is not None
    monkeypatch.setattr(credentials, "_lookups", Bucket(0.001, 2))
    assert [await find(f"guess-{number}", TOKEN) for number in range(2)] == [None, None]
    with pytest.raises(Refusal) as refused:
        await find("guess-3", TOKEN)
    assert (refused.value.status, refused.value.retry_after > 0) == (429, True)
    # Who is known already is let in.
    assert await find(secret, TOKEN) is not None


def test_expired_rows_go_when_another_is_minted(db: Any) -> None:
    # Nothing else of a run is needed here.
    from explorer.models import Run

    run = Run.objects.create(id="r", config={}, seed="1", token_hash="", owner_hash="", engine="")
    past, future = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    storage.add_kubeconfig(run.id, "old", TOKEN, past, 20)
    storage.add_kubeconfig(run.id, "new", TOKEN, future, 20)
    assert list(Kubeconfig.objects.values_list("secret_hash", flat=True)) == ["new"]


def test_tokens_of_service_accounts_carry_a_signature_of_the_run() -> None:
    token = signed("run-a", "head.claims.tail")
    assert token.startswith("head.claims.tail") and len(token) == len("head.claims.tail") + 43
    assert verified("run-a", token) == "head.claims.tail"
    assert verified("run-b", token) is None
    assert signed("run-a", token) == token
    for wrong in ("", "head.claims.tail", token[:-1], token + "x", "x" + token, "\u00e9" * 50, "x" * 100_000):
        assert verified("run-a", wrong) is None
