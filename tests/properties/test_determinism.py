"""Same engine, config, seed and commands: the same history, however and wherever it is run (invariant I5), and every event has its
cause (I6)."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.cluster.cluster import Cluster, NotYetError, PastError
from cluster_core.cluster.command import Command
from tests.properties.workload import FAR, Act, config, play, rough

SECOND = 1_000_000
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=40, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))

STORY = [
    Act(
        1000,
        "apply",
        "web",
        0,
        (("image", "nginx:1.25"), ("ready", 2), ("replicas", 4), ("rolling", (1, 1)), ("wait", 0)),
    ),
    Act(2000, "service", "web", 1),
    Act(
        9 * SECOND,
        "apply",
        "web",
        0,
        (("image", "redis:7"), ("ready", 0), ("replicas", 5), ("rolling", ("25%", 1)), ("wait", 0)),
    ),
    Act(700_000, "member-down", "etcd-1"),
    Act(3 * SECOND, "node-down", "node-2"),
    Act(80 * SECOND, "partition", "node-3"),
    Act(2 * SECOND, "scale", "web", 2),
    Act(4 * SECOND, "apiserver-down", "apiserver"),
    Act(5 * SECOND, "apiserver-up", "apiserver"),
    Act(2 * SECOND, "heal", "node-3"),
    Act(1 * SECOND, "member-up", "etcd-1"),
    Act(30 * SECOND, "node-up", "node-2"),
    Act(5 * SECOND, "delete-pod", "web", 1),
]
END = 60 * SECOND


def lived(acts: list[Act], seed: int = 11) -> Cluster:
    """A cluster that has lived through the acts and a minute more."""
    cluster = Cluster(config(), seed)
    play(cluster, acts)
    cluster.advance(cluster.now + END, FAR)
    return cluster


def replayed(original: Cluster) -> Cluster:
    """Another cluster with the same command log, as it comes back from the save file; nothing of it has run yet."""
    log = json.loads(json.dumps([command.to_log() for command in original.commands]))
    return Cluster(original.config, original.seed, [Command.from_log(entry) for entry in log])


@pytest.fixture(scope="module")
def original() -> Cluster:
    return lived(STORY)


class TestOneStory:
    """A fixed story with every fault, run in many ways."""

    def test_hash_seeds(self, original: Cluster) -> None:
        """Two processes with other hash seeds agree with this one, whose seed is a random one."""
        code = (
            "from tests.properties.test_determinism import lived, STORY; c = lived(STORY); "
            "print(c.state_hash(), c.number, c.world.sim.digest)"
        )
        running = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": hash_seed},
                stdout=subprocess.PIPE,
                text=True,
            )
            for hash_seed in ("0", "4242")
        ]
        for process in running:
            told, _ = process.communicate()
            assert told.split() == [original.state_hash(), str(original.number), str(original.world.sim.digest)]

    def test_the_log_alone_gives_the_same_run(self, original: Cluster) -> None:
        twin = replayed(original)
        twin.replay(original.head_number, original.head_now)
        assert _facts(twin) == _facts(original)
        assert [entry.params for entry in twin.trace.entries] == [entry.params for entry in original.trace.entries]

    def test_event_by_event(self, original: Cluster) -> None:
        twin = replayed(original)
        while twin.number < original.number:
            twin.step()
        twin.advance(original.now, FAR)
        assert _facts(twin) == _facts(original)

    @pytest.mark.parametrize("pattern", range(4))
    def test_in_slices_of_time_and_of_events(self, original: Cluster, pattern: int) -> None:
        random, twin = Random(pattern), replayed(original)
        while twin.now < original.now:
            until = min(original.now, twin.now + random.choice([0, 1, 777, 50_000, 3 * SECOND]))
            budget = random.choice([1, 2, 17, 400])
            twin.advance(until, budget)
        assert _facts(twin) == _facts(original)

    def test_another_seed_gives_another_run(self, original: Cluster) -> None:
        assert lived(STORY, seed=12).state_hash() != original.state_hash()

    def test_through_a_pickle(self, original: Cluster) -> None:
        """Half of the run, a checkpoint that leaves memory as bytes, the other half."""
        twin = replayed(original)
        twin.advance(original.now // 2, FAR)
        world = pickle.loads(pickle.dumps(twin.world))
        world.sim.trace = twin.trace
        twin.world = world
        twin.advance(original.now, FAR)
        assert _facts(twin) == _facts(original)

    def test_every_event_has_an_earlier_cause(self, original: Cluster) -> None:
        causes = original.trace.causes
        assert all(causes[number] < number for number in range(1, len(causes)))
        commands = {c.number for c in original.trace.entries if c.message_id == "command.given"}
        assert all(causes[number] == 0 for number in commands)

    def test_what_users_asked_for_leads_back_to_them(self, original: Cluster) -> None:
        """The pods of the Deployment, and a node that is declared silent each begin at a command or a fault."""
        for message_id in ("pod.container-started", "replicaset.create-pods", "scheduler.bound"):
            entry = next(
                e
                for e in original.trace.entries
                if e.message_id == message_id and "default/web" in json.dumps(e.params)
            )
            assert original.trace.chain(entry.number)[0].message_id == "command.given", message_id
        silent = next(e for e in original.trace.entries if e.message_id == "node.not-ready")
        assert any(e.message_id == "fault.started" for e in original.trace.chain(silent.number))


class TestMoments:
    """Seek, step back and fork within one story."""

    @pytest.mark.parametrize("pattern", range(3))
    def test_a_seek_is_a_straight_run(self, original: Cluster, pattern: int) -> None:
        random, here = Random(pattern), original.fork()
        for _ in range(3):
            at = random.choice([random.randrange(original.head_now), random.choice(original.trace.entries).at])
            straight = replayed(original)
            straight.advance(at, FAR)
            here.seek(at=at)
            assert _facts(here) == _facts(straight)

    def test_a_seek_by_number_is_the_state_after_that_event(self, original: Cluster) -> None:
        random, here = Random(5), original.fork()
        for _ in range(3):
            number = random.randrange(1, original.head_number)
            straight = replayed(original)
            straight.step(number)
            here.seek(number=number)
            assert (here.number, here.state_hash()) == (straight.number, straight.state_hash())

    def test_there_and_back_again(self, original: Cluster) -> None:
        here = original.fork()
        before = _facts(here)
        for at in (0, original.head_now // 3, 17, original.head_now):
            here.seek(at=at)
        assert _facts(here) == before

    def test_steps_back_undo_steps(self, original: Cluster) -> None:
        here = original.fork()
        here.seek(at=original.head_now // 2)
        before = here.number, here.state_hash()
        here.step(25)
        here.step(-25)
        assert (here.number, here.state_hash()) == before

    def test_a_fork_lives_its_own_life(self, original: Cluster) -> None:
        before = _facts(original)
        twin = original.fork(number=original.head_number // 2)
        again = original.fork(number=original.head_number // 2)
        twin.advance(twin.now + END, FAR)
        again.apply(Command("scale", {"resource": "deployments", "name": "web", "replicas": 1}))
        again.advance(twin.now, FAR)
        assert twin.state_hash() != again.state_hash()
        assert _facts(original) == before

    def test_a_fork_before_a_command_does_not_know_it(self, original: Cluster) -> None:
        for command in original.commands[1::4]:
            twin = original.fork(number=command.number)
            assert all(known.number < command.number for known in twin.commands)
            straight = replayed(original)
            straight.commands = [known for known in straight.commands if known.number < command.number]
            straight.step(command.number)
            straight.advance(straight.now + SECOND, FAR)
            twin.advance(straight.now, FAR)
            assert twin.state_hash() == straight.state_hash()

    def test_the_past_cannot_be_changed(self, original: Cluster) -> None:
        here = original.fork()
        here.seek(at=original.head_now // 2)
        with pytest.raises(PastError, match="fork here"):
            here.apply(Command("delete", {"resource": "deployments", "name": "web"}))

    def test_the_future_is_not_known(self, original: Cluster) -> None:
        with pytest.raises(NotYetError, match="has not happened"):
            original.fork().seek(at=original.head_now + 1)
        with pytest.raises(NotYetError, match="has not happened"):
            original.fork().seek(number=original.head_number + 1)


def _random_lives(acts: list[Act], seed: int, cut: float) -> None:
    one = lived(acts, seed)
    other = replayed(one)
    other.advance(int(one.now * cut), 1 + seed * 37)
    other.advance(int(one.now * cut), FAR)
    middle = _facts(other)
    other.replay(one.head_number, one.head_now)
    assert _facts(other) == _facts(one)
    one.seek(at=middle[1])
    assert _facts(one) == middle


@FEW
@given(acts=rough(), seed=st.integers(0, 1000), cut=st.floats(0, 1))
def test_random_lives(acts: list[Act], seed: int, cut: float) -> None:
    _random_lives(acts, seed, cut)


@pytest.mark.slow
@MANY
@given(acts=rough(), seed=st.integers(0, 1000), cut=st.floats(0, 1))
def test_many_random_lives(acts: list[Act], seed: int, cut: float) -> None:
    _random_lives(acts, seed, cut)


def _facts(cluster: Cluster) -> tuple[int, int, str, int]:
    return (cluster.number, cluster.now, cluster.state_hash(), cluster.world.sim.digest)
