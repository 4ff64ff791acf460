"""Real manifests, as their authors published them, on a default cluster: everything becomes available and Ready."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cluster_core.api.objects import is_pod_ready
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.conditions import parse_condition
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.kernel import US_PER_SECOND

CORPUS = Path(os.environ.get("ORRERY_CORPUS", Path(__file__).resolve().parents[4] / "shared" / "corpus"))
LIMIT_US = 120 * US_PER_SECOND

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not on this machine (set ORRERY_CORPUS)")


def manifests(name: str) -> str:
    return "\n---\n".join(path.read_text(encoding="utf-8") for path in sorted((CORPUS / name).glob("*.yaml")))


def applied(name: str) -> tuple[Cluster, list[dict[str, Any]]]:
    cluster = Cluster(ClusterConfig(), 1)
    results = cluster.run_until_answered(cluster.apply(Command("apply", {"manifest": manifests(name)})))
    assert results is not None
    return cluster, results


def pods(cluster: Cluster) -> dict[str, Any]:
    return {key: pod for key, pod in cluster.world.objects("pods").items() if key.startswith("default/")}


@pytest.mark.parametrize(
    ("name", "count"), [("guestbook", 6), ("guestbook-rc", 9), ("voting-app", 5), ("online-boutique", 12)]
)
def test_everything_becomes_available(name: str, count: int) -> None:
    cluster, results = applied(name)
    assert all(result["message"].endswith(" created") for result in results)
    assert cluster.run_until(parse_condition("available() && ready()"), LIMIT_US, 10_000_000)
    found = pods(cluster)
    assert len(found) == count
    assert all(is_pod_ready(pod) for pod in found.values())
    cluster.advance(cluster.now + 300 * US_PER_SECOND, 10_000_000)
    assert pods(cluster).keys() == found.keys()
    statuses = [status for pod in pods(cluster).values() for status in pod["status"]["containerStatuses"]]
    assert all(status["ready"] and status["restartCount"] == 0 for status in statuses), "nothing falls over later"


@pytest.mark.parametrize("name", ["guestbook", "guestbook-rc", "voting-app", "online-boutique"])
def test_applied_again_nothing_changes(name: str) -> None:
    cluster, _results = applied(name)
    cluster.run_until(parse_condition("available() && ready()"), LIMIT_US, 10_000_000)
    before = {key: pod["metadata"]["uid"] for key, pod in pods(cluster).items()}
    index = cluster.apply(Command("apply", {"manifest": manifests(name)}))
    again = cluster.run_until_answered(index)
    assert again is not None
    # A quantity that is not in its shortest form differs from the stored one each time, as with the real kubectl.
    assert all(result["message"].endswith((" unchanged", " configured")) for result in again)
    assert sum(result["message"].endswith(" unchanged") for result in again) >= len(again) - 2
    cluster.advance(cluster.now + 60 * US_PER_SECOND, 10_000_000)
    assert {key: pod["metadata"]["uid"] for key, pod in pods(cluster).items()} == before


def test_the_load_generator_waits_for_the_frontend_in_its_init_container() -> None:
    cluster, _results = applied("online-boutique")
    cluster.run_until(parse_condition("available() && ready()"), LIMIT_US, 10_000_000)
    pod = next(pod for key, pod in pods(cluster).items() if key.startswith("default/loadgenerator"))
    ended = pod["status"]["initContainerStatuses"][0]["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (0, "Completed")
    frontend = next(pod for key, pod in pods(cluster).items() if key.startswith("default/frontend"))
    ready = next(told for told in frontend["status"]["conditions"] if told["type"] == "Ready")
    assert ended["finishedAt"] >= ready["lastTransitionTime"]


def test_a_kind_that_nobody_defined_is_refused_in_kubectls_words_and_the_rest_is_made() -> None:
    backup = "apiVersion: stable.example.com/v1\nkind: Backup\nmetadata: {name: cassandra}"
    cluster = Cluster(ClusterConfig(), 1)
    manifest = manifests("cassandra") + "\n---\n" + backup
    results = cluster.run_until_answered(cluster.apply(Command("apply", {"manifest": manifest})))
    assert results is not None
    lines = [result["message"] for result in results]
    assert "service/cassandra created" in lines
    refused = next(line for line in lines if "Backup" in line)
    assert refused == (
        'error: resource mapping not found for name: "cassandra" namespace: "" from "STDIN": no matches for kind "Backup" '
        'in version "stable.example.com/v1"\nensure CRDs are installed first'
    )
