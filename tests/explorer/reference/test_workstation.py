"""Scripts with kubectl in them: pipes, substitutions, here-documents, files, exit codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig
from explorer.reference.seat import Seat
from explorer.reference.workstation import Workstation


@pytest.fixture(scope="module")
def workstation() -> Iterator[Workstation]:
    seat = Seat(Cluster(ClusterConfig(nodes=2, kube_system=False), 8), lambda: None)
    yield Workstation(seat)
    seat.close()


def test_pipes_and_substitutions(workstation: Workstation) -> None:
    assert workstation.run("kubectl get nodes -o name | sort | head -1").out == "node/node-1\n"
    labelled = "kubectl label node $(kubectl get nodes -o name | tail -1 | cut -d/ -f2) a=b && kubectl get nodes -l a=b -o name"
    assert workstation.run(labelled).out == "node/node-2 labeled\nnode/node-2\n"


def test_here_documents_and_files(workstation: Workstation) -> None:
    script = """
cat > /tmp/one.yaml <<'Y'
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {a: "$HOME"}
Y
kubectl apply -f /tmp/one.yaml
sed s/one/two/ /tmp/one.yaml | kubectl apply -f -
kubectl get cm two -o jsonpath='{.data.a}'
"""
    assert workstation.run(script).out == "configmap/one created\nconfigmap/two created\n$HOME\n"


def test_errors_and_exit_codes(workstation: Workstation) -> None:
    failed = workstation.run("kubectl get pod nobody || echo failed; kubectl delete cm nobody")
    assert failed.out == "failed\n" and failed.code == 1
    assert failed.err.count("NotFound") == 2


def test_time_passes_where_a_script_waits(workstation: Workstation) -> None:
    before = workstation.seat.now
    workstation.run("for i in 1 2; do sleep 5; kubectl get nodes > /dev/null; done")
    assert 10_000_000 <= workstation.seat.now - before <= 11_000_000


def test_a_script_that_never_ends_is_ended(workstation: Workstation) -> None:
    assert workstation.run("sleep 100000").code == 124
