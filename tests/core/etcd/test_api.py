"""The messages of the etcd API and the guards and ranges that clients make with them."""

from __future__ import annotations

import dataclasses
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_core.etcd import api
from cluster_core.etcd.api import Compare, Delete, Put
from cluster_core.etcd.member import Member
from cluster_core.etcd.mvcc import Store
from cluster_core.sim.process import Message
from tests.core.etcd.cluster import Client

MESSAGES = [kind for _, kind in inspect.getmembers(api, inspect.isclass) if kind.__module__ == api.__name__]
MESSAGES = [kind for kind in MESSAGES if issubclass(kind, Message)]
KEYS = st.text("/abzé中", max_size=6)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_message_has_a_receiver(kind: type[Message]) -> None:
    to_member = "source" in {field.name for field in dataclasses.fields(kind)}
    assert callable(getattr(Member if to_member else Client, kind.handler))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_messages_travel_over_connections(kind: type[Message]) -> None:
    assert kind.stream, "gRPC: a cut connection holds them back, it does not lose them one by one"


@pytest.mark.parametrize(
    ("guard", "never_there", "created", "written_again", "deleted"),
    [
        (api.absent("k"), True, False, False, True),
        (api.exists("k"), False, True, True, False),
        (api.mod_revision_is("k", 0), True, False, False, True),
        (api.mod_revision_is("k", 2), False, True, False, False),
        (api.mod_revision_is("k", 3), False, False, True, False),
        (Compare("k", "version", ">", 1), False, False, True, False),
        (Compare("k", "create", "<", 3), True, True, True, True),
        (Compare("k", "create", "!=", 2), True, False, False, True),
    ],
    ids=str,
)
def test_what_a_guard_says_of_a_key(
    guard: Compare, never_there: bool, created: bool, written_again: bool, deleted: bool
) -> None:
    store = Store()
    verdicts = [store.txn([guard], [], [])[0]]
    for write in (Put("k", 1), Put("k", 2), Delete("k")):
        store.txn([], [write], [])
        verdicts.append(store.txn([guard], [], [])[0])
    assert verdicts == [never_there, created, written_again, deleted]


@pytest.mark.parametrize(
    ("prefix", "end"), [("/registry/pods/", "/registry/pods0"), ("a", "b"), ("", chr(0x10FFFF)), ("中", "丮")]
)
def test_the_end_of_a_prefix(prefix: str, end: str) -> None:
    assert api.prefix_end(prefix) == end


@given(KEYS, st.lists(KEYS, unique=True))
def test_a_range_of_a_prefix_is_exactly_the_keys_that_begin_with_it(prefix: str, keys: list[str]) -> None:
    store = Store()
    for key in keys:
        store.txn([], [Put(key, 1)], [])
    # An empty key cannot be put in etcd, so that a range of everything may begin with it.
    found = [kv.key for kv in store.range(prefix, api.prefix_end(prefix)).kvs]
    assert found == sorted(key for key in keys if key.startswith(prefix))
