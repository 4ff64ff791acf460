"""Leases and the leader's clock for them."""

from __future__ import annotations

from cluster_core.etcd.lease import TTL_MIN, US_PER_SECOND, Expiries, Leases


def leases(*ids: int) -> Leases:
    made = Leases()
    for lease in ids:
        made.grant(lease, 10)
    return made


def test_an_id_is_granted_once_until_it_is_removed() -> None:
    made = leases(7)
    assert not made.grant(7, 20) and made.ttl(7) == 10, "the first grant stands"
    assert made.remove(7) == [] and 7 not in made
    assert made.grant(7, 20) and made.ttl(7) == 20


def test_a_lease_is_never_shorter_than_an_election() -> None:
    made = Leases()
    made.grant(1, 0)
    made.grant(2, TTL_MIN + 1)
    assert (made.ttl(1), made.ttl(2), made.ttl(3)) == (TTL_MIN, TTL_MIN + 1, None)


def test_keys_go_with_the_lease_that_they_were_last_attached_to() -> None:
    made = leases(1, 2)
    for key in ("b", "a", "c"):
        made.attach(key, 0, 1)
    made.attach("b", 1, 2)
    made.attach("c", 1, 0)
    assert made.remove(1) == ["a"] and made.remove(2) == ["b"] and made.remove(1) is None


def test_a_key_whose_lease_has_ended_can_be_attached_anew() -> None:
    made = leases(1, 2)
    made.attach("a", 0, 1)
    made.remove(1)
    made.attach("a", 1, 2)
    assert made.remove(2) == ["a"]


def test_a_fork_goes_its_own_way() -> None:
    made = leases(1)
    made.attach("a", 0, 1)
    fork = made.fork()
    fork.attach("b", 0, 1)
    made.remove(1)
    assert fork.remove(1) == ["a", "b"] and len(made) == len(fork) == 0


def test_a_renewal_is_a_full_ttl_from_now() -> None:
    clock = Expiries()
    assert clock.next_at() is None and clock.due(US_PER_SECOND) == []
    clock.renew(1, 10, 0)
    clock.renew(2, 3, 0)
    clock.renew(1, 10, 5 * US_PER_SECOND)
    assert clock.next_at() == 3 * US_PER_SECOND
    assert clock.due(3 * US_PER_SECOND - 1) == [] and clock.due(3 * US_PER_SECOND) == [2]
    clock.forget(2)
    assert clock.next_at() == 15 * US_PER_SECOND and clock.due(15 * US_PER_SECOND) == [1]


def test_a_new_leader_forgets_what_it_knew_when_it_led_before() -> None:
    clock = Expiries()
    clock.renew(1, 10, 0)
    clock.renew(9, 10, 0)
    clock.promote(leases(1, 2), 8 * US_PER_SECOND)
    assert clock.due(18 * US_PER_SECOND) == [1, 2], "9 was revoked meanwhile"
    assert clock.due(18 * US_PER_SECOND - 1) == []
