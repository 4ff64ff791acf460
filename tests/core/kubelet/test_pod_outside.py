"""The world as a container meets it."""

from __future__ import annotations

from tests.core.kubelet.test_containers import WAITER, started


def test_waiting_is_told_once_for_each_start() -> None:
    cluster = started(WAITER.format(script="until nslookup db; do sleep 1; done"))
    told = [entry.params for entry in cluster.trace.entries if entry.message_id == "pod.init-waits"]
    assert [(one["container"], one["host"], one["port"]) for one in told] == [("wait", "db", 0)]
