"""Charges that are lost on the way."""

from __future__ import annotations

from tests.core.apiserver.admission.test_resource_quota import with_quota
from tests.core.apiserver.plane import pod


def test_a_crash_loses_what_waited_and_the_next_write_goes_on() -> None:
    plane = with_quota({"pods": "5"})
    for number in range(3):
        plane.client.ask("create", "pods", namespace="default", body=pod(f"p{number}"))
    while not plane.server._quotas.batches:
        plane.sim.step()
    plane.server.crash()
    plane.server.restart()
    plane.settle(1)
    assert plane.ask("create", "pods", namespace="default", body=pod("later")).code == 201


def test_a_namespace_without_quota_does_not_wait_for_another() -> None:
    plane = with_quota({"pods": "1"})
    answer = plane.ask("create", "pods", namespace="other", body=pod())
    assert answer.code == 201
    assert not plane.server._quotas.waiting
