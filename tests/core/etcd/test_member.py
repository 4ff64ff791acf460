"""One etcd server, and three of them, on the kernel."""

from __future__ import annotations

import pickle

import pytest

from cluster_core.etcd import api, member
from cluster_core.sim.links import Rule
from tests.core.etcd.cluster import SECOND, EtcdCluster


@pytest.fixture
def cluster() -> EtcdCluster:
    etcd = EtcdCluster()
    etcd.run(3 * SECOND)
    return etcd


@pytest.mark.parametrize("size", [1, 3, 5])
def test_a_transaction_is_answered_and_applied_everywhere(size: int) -> None:
    etcd = EtcdCluster(size)
    etcd.run(3 * SECOND)
    answer = etcd.call(etcd.leader(), api.TxnRequest, [api.absent("a")], [api.Put("a", 1)])
    assert answer.ok and answer.revision == 2 and answer.results[0].mod_revision == 2
    assert [one.store.items() for one in etcd.members.values()] == [[("a", 1)]] * size


def test_a_request_before_the_first_election_waits_for_it() -> None:
    etcd = EtcdCluster()
    request = etcd.put(etcd.members["etcd-2"], "a", 1)
    etcd.run(3 * SECOND)
    assert etcd.answer(request).ok


def test_a_follower_forwards_and_answers_itself(cluster: EtcdCluster) -> None:
    assert cluster.call(cluster.follower(), api.TxnRequest, [], [api.Put("a", 1)]).ok


def test_of_two_writers_with_one_revision_exactly_one_wins(cluster: EtcdCluster) -> None:
    cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("a", 0)])
    requests = [
        cluster.send(one, api.TxnRequest, [api.mod_revision_is("a", 2)], [api.Put("a", one.name)], [api.Get("a")])
        for one in cluster.members.values()
    ]
    cluster.run(SECOND)
    assert sorted(cluster.answer(request).ok for request in requests) == [False, False, True]


def test_proposals_that_arrive_during_a_write_share_the_next_append(cluster: EtcdCluster) -> None:
    leader = cluster.leader()
    for number in range(50):
        cluster.put(leader, f"k{number}", number)
        cluster.run(20)
    events = cluster.run(SECOND // 20)
    assert len(leader.store.items()) == 50
    assert events < 50 * 2 + 40, "group commit: the cost is in the requests, not in Raft"


def test_watch_events_come_before_the_response_and_in_one_batch(cluster: EtcdCluster) -> None:
    leader = cluster.leader()
    watch = cluster.send(leader, api.WatchRequest, "/r/")
    cluster.run(SECOND // 10)
    assert cluster.client.log == [api.WatchEvents(watch, 1, [])]
    for key in ("/r/a", "/r/b", "/r/c", "/other"):
        cluster.put(leader, key, key)
    cluster.run(SECOND // 10)
    kinds = [type(message).__name__ for message in cluster.client.log[1:]]
    assert kinds == ["WatchEvents"] + 4 * ["TxnResponse"], "what was written in one turn is one group"
    assert [event[1] for event in cluster.client.events[watch]] == ["/r/a", "/r/b", "/r/c"]


def test_a_watch_on_a_follower_from_an_old_revision_has_no_gap(cluster: EtcdCluster) -> None:
    for number in range(5):
        cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("k", number)])
    watch = cluster.send(cluster.follower(), api.WatchRequest, "k", 4)
    cluster.put(cluster.leader(), "k", 5)
    cluster.run(SECOND)
    assert [event[4] for event in cluster.client.events[watch]] == [4, 5, 6, 7]


def test_a_cancelled_watch_is_silent_and_a_compacted_one_is_refused(cluster: EtcdCluster) -> None:
    leader = cluster.leader()
    watch = cluster.send(leader, api.WatchRequest, "k")
    cluster.run(SECOND // 10)
    cluster.client.send(leader.name, api.WatchCancel(watch, "client"))
    for number in range(3):
        cluster.call(leader, api.TxnRequest, [], [api.Put("k", number)])
    assert cluster.client.events[watch] == []
    assert cluster.call(cluster.follower(), api.CompactRequest, 4).error == ""
    assert cluster.call(leader, api.CompactRequest, 4).error == api.COMPACTED
    refused = cluster.send(leader, api.WatchRequest, "k", 2)
    cluster.run(SECOND // 10)
    assert cluster.client.log[-1] == api.WatchCancelled(refused, api.COMPACTED, 4)


def test_a_linearizable_read_at_any_member_sees_the_last_write(cluster: EtcdCluster) -> None:
    for number, one in enumerate(cluster.members.values()):
        request = cluster.put(cluster.leader(), "a", number)
        while cluster.answer(request) is None:
            cluster.sim.step()
        assert cluster.call(one, api.RangeRequest, "a").kvs[0].value == number


def test_errors_of_reads(cluster: EtcdCluster) -> None:
    assert cluster.call(cluster.leader(), api.RangeRequest, "a", revision=9).error == api.FUTURE_REVISION


def test_without_a_quorum_requests_time_out(cluster: EtcdCluster) -> None:
    leader = cluster.leader()
    for one in list(cluster.members.values()):
        if one is not leader:
            cluster.crash(one)
    requests = [cluster.put(leader, "a", 1), cluster.send(leader, api.RangeRequest, "a")]
    cluster.run(6_900_000)
    assert [cluster.answer(request) for request in requests] == [None, None]
    cluster.run(200_000)
    assert [cluster.answer(request).error for request in requests] == [api.TIMED_OUT] * 2
    assert cluster.call(leader, api.RangeRequest, "a", serializable=True).kvs == []


def test_a_cut_off_leader_steps_down_and_its_write_is_lost(cluster: EtcdCluster) -> None:
    old = cluster.leader()
    cluster.sim.links.rules.append(Rule("cut", old.name, "host-etcd-1", "drop"))
    for name in ("host-etcd-2", "host-etcd-3"):
        cluster.sim.links.rules.append(Rule("cut", old.name, name, "drop"))
    cluster.topology_changed(old.host)
    request = cluster.put(old, "a", "lost")
    cluster.run(4 * SECOND)
    assert old.node.role != "leader"
    new = cluster.leader()
    assert cluster.call(new, api.TxnRequest, [], [api.Put("a", "kept")]).ok
    cluster.run(4 * SECOND)
    assert cluster.answer(request).error == api.TIMED_OUT
    cluster.heal()
    cluster.run(3 * SECOND)
    assert [one.store.items() for one in cluster.members.values()] == [[("a", "kept")]] * 3


def test_a_crash_keeps_the_disk_and_loses_watches(cluster: EtcdCluster) -> None:
    victim = cluster.leader()
    cluster.send(victim, api.WatchRequest, "a")
    assert cluster.call(victim, api.TxnRequest, [], [api.Put("a", 1)]).ok
    term = victim.node.term
    cluster.crash(victim)
    cluster.run(4 * SECOND)
    assert cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("a", 2)]).ok
    cluster.restart(victim)
    assert victim.store.items() == [("a", 1)] and victim.node.term == term and len(victim.watches) == 0
    cluster.run(2 * SECOND)
    assert victim.store.items() == [("a", 2)]


def test_an_acknowledged_write_survives_a_crash_of_all(cluster: EtcdCluster) -> None:
    assert cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("a", 1)]).ok
    for one in cluster.members.values():
        cluster.crash(one)
    for one in cluster.members.values():
        cluster.restart(one)
    cluster.run(4 * SECOND)
    assert cluster.call(cluster.leader(), api.RangeRequest, "a").kvs[0].value == 1


def test_a_member_that_was_away_for_long_gets_a_snapshot(cluster: EtcdCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "SNAPSHOT_COUNT", 10)
    monkeypatch.setattr(member, "CATCH_UP_ENTRIES", 5)
    away = cluster.follower()
    cluster.crash(away)
    for number in range(40):
        cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put(f"k{number}", number)])
    assert cluster.leader().node.log.snapshot_index > 20
    cluster.restart(away)
    cluster.run(2 * SECOND)
    assert away.store.items() == cluster.leader().store.items() and away.disk.snapshot.index > 20
    cluster.crash(away)
    cluster.restart(away)
    cluster.run(2 * SECOND)
    assert away.store.items() == cluster.leader().store.items()


def test_an_idle_cluster_costs_nothing_and_counts_its_heartbeats(cluster: EtcdCluster) -> None:
    before = cluster.leader().node.heartbeats_sent(cluster.sim.now)
    assert cluster.run(3_600 * SECOND) == 0
    assert cluster.leader().node.heartbeats_sent(cluster.sim.now) - before == 2 * 10 * 3_600


def test_a_lease_expires_with_its_keys_unless_it_is_kept_alive(cluster: EtcdCluster) -> None:
    leader = cluster.leader()
    assert cluster.call(cluster.follower(), api.LeaseGrant, 7, 10).ttl == 10
    assert cluster.call(leader, api.LeaseGrant, 7, 10).error == api.LEASE_EXISTS
    cluster.call(leader, api.TxnRequest, [], [api.Put("a", 1, lease=7)])
    cluster.run(8 * SECOND)
    assert cluster.call(cluster.follower(), api.LeaseKeepAlive, 7).ttl == 10
    cluster.run(9 * SECOND)
    assert leader.store.get("a") is not None
    cluster.run(2 * SECOND)
    assert [one.store.get("a") for one in cluster.members.values()] == [None] * 3
    assert cluster.call(leader, api.LeaseKeepAlive, 7).error == api.LEASE_NOT_FOUND
    assert cluster.call(leader, api.LeaseRevoke, 7).error == api.LEASE_NOT_FOUND


def test_a_new_leader_gives_every_lease_a_full_ttl(cluster: EtcdCluster) -> None:
    cluster.call(cluster.leader(), api.LeaseGrant, 7, 10)
    cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("a", 1, lease=7)])
    cluster.run(8 * SECOND)
    cluster.crash(cluster.leader())
    cluster.run(8 * SECOND)
    assert cluster.leader().store.get("a") is not None
    cluster.run(6 * SECOND)
    assert cluster.leader().store.get("a") is None


def test_lossy_links_neither_lose_nor_repeat_acknowledged_writes() -> None:
    etcd = EtcdCluster(seed=5)
    etcd.run(3 * SECOND)
    for action, probability in (("drop", 0.2), ("duplicate", 0.5)):
        etcd.sim.links.rules.append(Rule(action, "host-etcd-1", "*", action, probability=probability))
    etcd.topology_changed("*")
    follower = etcd.follower()
    requests = [etcd.put(follower, f"k{number}", number) for number in range(30)]
    etcd.run(20 * SECOND)
    acknowledged = [number for number, request in enumerate(requests) if etcd.answer(request).ok]
    etcd.heal()
    etcd.run(5 * SECOND)
    stores = [one.store for one in etcd.members.values()]
    assert stores[0].items() == stores[1].items() == stores[2].items()
    assert all(stores[0].get(f"k{number}").version == 1 for number in acknowledged) and acknowledged


def test_a_run_is_deterministic_and_can_be_pickled_at_any_time() -> None:
    digests = []
    for checkpoint in (False, True):
        etcd = EtcdCluster(seed=3)
        for number in range(20):
            etcd.put(etcd.members["etcd-1"], f"k{number}", number)
        etcd.run(1_300_000)
        sim = etcd.sim
        if checkpoint:
            trace, sim.trace = sim.trace, None  # type: ignore[assignment]
            sim = pickle.loads(pickle.dumps(sim))
            sim.trace = trace
        sim.advance(5 * SECOND, 100_000)
        digests.append(sim.digest)
    assert digests[0] == digests[1]


def test_the_card_tells_the_raft_state(cluster: EtcdCluster) -> None:
    cluster.call(cluster.leader(), api.TxnRequest, [], [api.Put("a", 1)])
    cards = [one.card() for one in cluster.members.values()]
    assert sorted(card["raft_role"] for card in cards) == ["follower", "follower", "leader"]
    assert {(card["term"], card["index"], card["commit"], card["applied"], card["revision"]) for card in cards} == {
        (1, 2, 2, 2, 2)
    }


def test_a_lease_ends_also_when_requests_time_out_around_it(
    cluster: EtcdCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = cluster.leader()
    cluster.call(leader, api.LeaseGrant, 7, 10)
    cluster.call(leader, api.TxnRequest, [], [api.Put("leased", 1, lease=7)])
    monkeypatch.setattr(member, "REQUEST_TIMEOUT", 200)
    expires_at = leader.expiries.next_at()
    assert expires_at is not None
    cluster.run(expires_at - cluster.sim.now - 3_000)
    for number in range(60):
        cluster.put(leader, "k", number)
        cluster.run(100)
    cluster.run(SECOND)
    assert [one.store.get("leased") for one in cluster.members.values()] == [None] * 3


def test_a_leader_that_steps_down_leaves_the_ending_of_leases_to_the_next(cluster: EtcdCluster) -> None:
    old = cluster.leader()
    cluster.call(old, api.LeaseGrant, 7, 10)
    cluster.call(old, api.TxnRequest, [], [api.Put("leased", 1, lease=7)])
    cluster.run(8_500_000)
    cluster.isolate(old)
    cluster.run(4 * SECOND)
    cluster.heal()
    cluster.run(4 * SECOND)
    assert cluster.leader() is not old and old.store.get("leased") is not None, "a full TTL from the election on"
    cluster.run(8 * SECOND)
    assert old.store.get("leased") is None
