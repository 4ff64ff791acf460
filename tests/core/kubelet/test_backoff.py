"""CrashLoopBackOff: ten seconds, doubling to five minutes, forgotten after ten quiet ones."""

from __future__ import annotations

from cluster_core.kubelet.backoff import BASE_US, MAX_US, BackOff


def test_delays_double_to_five_minutes() -> None:
    backoff, now, delays = BackOff(), 0, []
    for _ in range(8):
        now = backoff.until(now)
        backoff.next(now, now)
        delays.append(backoff.delay)
    assert delays == [BASE_US * 2**step for step in range(5)] + [MAX_US] * 3


def test_the_first_restart_is_at_once() -> None:
    backoff = BackOff()
    assert backoff.until(7) == 7
    backoff.next(7, 7)
    assert backoff.until(20) == 20 + BASE_US


def test_a_container_that_ran_for_long_begins_anew() -> None:
    backoff = BackOff()
    for _ in range(5):
        backoff.next(0, 0)
    late = 2 * MAX_US + 1
    assert backoff.until(late) == late
    backoff.next(late, late)
    assert backoff.delay == BASE_US
