"""Places for streams."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.streams import places
from explorer.kubeapi.streams.places import Lifetime, place


class Live:
    """What a place needs of a run."""

    def __init__(self) -> None:
        self.clients = self
        self.streams = 0
        self.used = 0.0


def test_there_are_so_many(settings: Any) -> None:
    settings.STREAMS_PER_RUN = 1
    live: Any = Live()
    with place(live):
        with pytest.raises(ApiError) as refused, place(live):
            pass
        assert (refused.value.code, refused.value.details) == (429, {"retryAfterSeconds": 5})
    assert live.streams == 0
    with pytest.raises(ValueError, match="x"), place(live):
        raise ValueError("x")
    assert live.streams == 0


def test_it_ends_when_nothing_comes_and_when_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(places.time, "monotonic", lambda: now[0])
    life = Lifetime()
    now[0] += places.IDLE_S - 1
    assert life.left() == 1
    life.touch()
    assert life.left() == places.IDLE_S
    now[0] += places.IDLE_S
    assert life.left() == 0
    life.touch()
    now[0] = 100.0 + places.LIFE_S
    life.touch()
    assert life.left() == 0
