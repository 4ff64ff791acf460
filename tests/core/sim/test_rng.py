"""Named random streams."""

from __future__ import annotations

import pickle
import uuid

from cluster_core.sim.rng import Streams


def test_a_stream_depends_on_the_seed_and_its_name_alone() -> None:
    one, other = Streams(7), Streams(7)
    other.stream("something else").random()
    assert one.stream("a").random() == other.stream("a").random()
    assert Streams(7).stream("a").random() != Streams(8).stream("a").random()
    assert Streams(7).stream("a").random() != Streams(7).stream("b").random()


def test_a_checkpoint_goes_on_where_it_was() -> None:
    streams = Streams(7)
    streams.stream("a").random()
    copy = pickle.loads(pickle.dumps(streams))
    assert [copy.stream("a").random() for _ in range(5)] == [streams.stream("a").random() for _ in range(5)]


def test_uids_are_version_4() -> None:
    streams = Streams(7)
    found = [uuid.UUID(streams.uid("u")) for _ in range(50)]
    assert len(set(found)) == 50
    assert all(one.version == 4 and one.variant == uuid.RFC_4122 for one in found)


def test_once_is_the_first_number_of_a_stream() -> None:
    assert Streams(7).once("x", 1, 1_000_000) == Streams(7).stream("x").randint(1, 1_000_000)
