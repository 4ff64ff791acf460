"""Names of what is counted, and amounts."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds import resource_names as rules


@pytest.mark.parametrize("name", ["cpu", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu"])
def test_what_containers_ask_for(name: str) -> None:
    assert rules.validate_container_resource_name(name, "f") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gpu", "must be a standard resource type or fully qualified"),
        ("pods", "must be a standard resource for containers"),
        ("requests.a.com/b", "doesn't follow extended resource name standard"),
    ],
)
def test_what_they_may_not(name: str, words: str) -> None:
    assert any(words in cause.text() for cause in rules.validate_container_resource_name(name, "f"))


def test_quotas_bound_more() -> None:
    for name in ("pods", "requests.cpu", "count/jobs.batch", "requests.hugepages-2Mi"):
        assert rules.validate_quota_resource_name(name, "f") == []
    assert "must be a standard resource for quota" in rules.validate_quota_resource_name("storage", "f")[0].text()


def test_amounts() -> None:
    assert "must be an integer" in rules.validate_amount("pods", "500m", "f")[0].text()
    assert rules.validate_amount("cpu", "500m", "f") == []
    assert rules.validate_huge_pages("hugepages-2Mi", "4Mi", "f") == []
    assert "3Mi is not positive integer multiple of hugepages-2Mi" in (
        rules.validate_huge_pages("hugepages-2Mi", "3Mi", "f")[0].text()
    )
    assert rules.validate_huge_pages("hugepages-big", "3Mi", "f")
