"""A bucket of tokens refills with time, up to its brim."""

from __future__ import annotations

import pytest

from explorer.kubeapi import bucket as module
from explorer.kubeapi.bucket import Bucket


def test_a_bucket_refills(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    bucket = Bucket(10, 2)
    assert [bucket.take(), bucket.take()] == [0, 0]
    assert bucket.take() == pytest.approx(0.1)
    now = 0.1
    assert bucket.take() == 0
    now = 100
    assert [bucket.take() > 0 for _ in range(3)] == [False, False, True]
