"""The façade: conditions to advance to, steps, limits, commands of the past. Histories are compared in tests/properties."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster, NotYetError, PastError
from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.conditions import parse_condition
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.limits import LimitExceeded, Limits

SECOND = 1_000_000
FAR = 10_000_000
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "nginx:1.25"}]}}
"""


def _small(**limits: int) -> Cluster:
    return Cluster(ClusterConfig(nodes=1, etcd_members=1, limits=Limits(**limits)), 1)


def _apply() -> Command:
    return Command("apply", {"manifest": WEB})


def test_it_stops_at_the_very_event_at_which_a_condition_holds() -> None:
    cluster = _small()
    cluster.run_until_answered(cluster.apply(_apply()))
    assert cluster.run_until(parse_condition("deployment('web').status.availableReplicas == 2"), 60 * SECOND, FAR)
    number, at = cluster.number, cluster.now
    assert at < 60 * SECOND
    twin = cluster.fork()
    twin.step(-1)
    assert not parse_condition("deployment('web').status.availableReplicas == 2").holds(twin.world.objects)
    assert (cluster.number, cluster.now) == (number, at)


def test_a_condition_that_never_holds_ends_at_the_limit() -> None:
    cluster = _small()
    assert not cluster.run_until(parse_condition("deployment('web').spec.replicas == 9"), 5 * SECOND, FAR)
    assert cluster.now == 5 * SECOND


def test_an_answer_comes_with_time() -> None:
    cluster = _small()
    index = cluster.apply(_apply())
    assert cluster.answer(index) is None
    assert cluster.run_until_answered(index) == [
        {"object": "deployment.apps/web", "message": "deployment.apps/web created", "error": ""}
    ]


def test_steps_go_to_entries_that_say_something() -> None:
    cluster = _small()
    cluster.apply(_apply())
    numbers = [cluster.step_told() for _ in range(5)]
    assert numbers == [entry.number for entry in cluster.trace.entries][: len(numbers)] or len(set(numbers)) == 5
    assert all(cluster.trace.of(number) for number in numbers)
    assert cluster.step_told(-1) == numbers[3]


def test_a_step_in_a_quiet_cluster_comes_back() -> None:
    cluster = _small()
    cluster.advance(60 * SECOND, FAR)
    before = cluster.number
    cluster.step_told()
    assert cluster.number - before < 10_000


def test_the_past_is_forked_not_changed() -> None:
    cluster = _small()
    cluster.run_until_answered(cluster.apply(_apply()))
    cluster.advance(10 * SECOND, FAR)
    cluster.seek(at=5 * SECOND)
    assert cluster.in_past
    with pytest.raises(PastError):
        cluster.apply(_apply())
    twin = cluster.fork()
    assert not twin.in_past and twin.now == 5 * SECOND
    twin.apply(Command("scale", {"resource": "deployments", "name": "web", "replicas": 1}))
    assert len(cluster.commands) == 1 and len(twin.commands) == 2


def test_a_seek_beyond_the_head_says_where_it_is() -> None:
    cluster = _small()
    cluster.advance(2 * SECOND, FAR)
    with pytest.raises(NotYetError, match="the head is at 2000000 µs"):
        cluster.seek(at=3 * SECOND)
    with pytest.raises(NotYetError):
        cluster.seek(at=-1)


def test_a_full_trace_ends_the_run_between_two_events_and_leaves_it_whole() -> None:
    cluster = _small(trace_entries=20)
    cluster.apply(_apply())
    cluster.advance(60 * SECOND, FAR)
    with pytest.raises(LimitExceeded, match="at most 20 trace entries"):
        cluster.advance(600 * SECOND, FAR)
    number, now, hashed = cluster.number, cluster.now, cluster.state_hash()
    with pytest.raises(LimitExceeded):
        cluster.step()
    with pytest.raises(LimitExceeded):
        cluster.apply(_apply())
    cluster.seek(at=now // 2)
    cluster.seek(at=now)
    assert (cluster.number, cluster.state_hash()) == (number, hashed)
    cluster.seek(number=number // 2)
    assert cluster.fork().number == number // 2


def test_limits_are_clear_messages() -> None:
    cluster = _small(commands=1)
    cluster.apply(_apply())
    with pytest.raises(LimitExceeded, match="at most 1 commands"):
        cluster.apply(_apply())
    with pytest.raises(LimitExceeded, match="at most 50 nodes"):
        ClusterConfig(nodes=10**9)
    with pytest.raises(ValueError, match="an even count gains nothing"):
        ClusterConfig(etcd_members=2)


def test_a_command_that_cannot_be_read_is_not_logged() -> None:
    cluster = _small()
    for command in (
        Command("fly", {}),
        Command("apply", {"manifest": " "}),
        Command("scale", {"resource": "d", "name": "x"}),
    ):
        with pytest.raises(CommandError):
            cluster.apply(command)
    assert cluster.commands == []


def test_the_run_out_of_pods_is_refused_in_words() -> None:
    cluster = _small(pods=8)
    cluster.run_until_answered(cluster.apply(_apply()))
    cluster.run_until_answered(
        cluster.apply(Command("scale", {"resource": "deployments", "name": "web", "replicas": 50}))
    )
    cluster.advance(cluster.now + 5 * SECOND, FAR)
    told = [event["message"] for event in cluster.world.objects("events").values() if event["reason"] == "FailedCreate"]
    assert any("limit of this run reached: at most 8 pods" in message for message in told)
