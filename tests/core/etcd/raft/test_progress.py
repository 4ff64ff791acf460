"""What a leader knows about a follower."""

from __future__ import annotations

from cluster_core.etcd.raft.progress import INFLIGHT_MAX, PROBE, REPLICATE, SNAPSHOT, Progress


def test_a_probe_waits_for_its_answer_then_replicates() -> None:
    progress = Progress(5, 0)
    progress.sent(6, 2)
    assert progress.paused and progress.next_index == 5
    assert progress.acknowledge(6)
    assert progress.state == REPLICATE and progress.next_index == 7 and not progress.paused


def test_replication_is_a_pipeline_with_a_bound() -> None:
    progress = Progress(1, 0, state=REPLICATE)
    for index in range(1, INFLIGHT_MAX + 1):
        progress.sent(index, 1)
    assert progress.paused and progress.next_index == INFLIGHT_MAX + 1
    progress.acknowledge(1)
    assert not progress.paused


def test_a_rejection_moves_back_to_the_hint_but_never_below_the_match() -> None:
    progress = Progress(10, 0)
    assert not progress.reject(5, 3), "old news"
    assert progress.reject(9, 3)
    assert progress.next_index == 4
    fast = Progress(10, 0, match_index=6, state=REPLICATE)
    assert not fast.reject(6, 0) and fast.reject(9, 0)
    assert fast.state == PROBE and fast.next_index == 7


def test_a_snapshot_pauses_until_it_is_installed() -> None:
    progress = Progress(1, 0)
    progress.sent_snapshot(8)
    assert progress.paused and not progress.acknowledge(0)
    assert progress.acknowledge(5) and progress.state == SNAPSHOT
    assert progress.acknowledge(8) and progress.state == REPLICATE and progress.next_index == 9
