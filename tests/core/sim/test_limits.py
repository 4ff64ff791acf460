"""Limits."""

from __future__ import annotations

import pickle

from cluster_core.sim.limits import LimitExceeded


def test_reaching_a_limit_is_a_sentence_and_survives_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(LimitExceeded("nodes", 5_000)))
    assert str(error) == "limit reached: at most 5,000 nodes"
    assert (error.what, error.limit) == ("nodes", 5_000)
