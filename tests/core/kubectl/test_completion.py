"""What the word at the cursor may become."""

from __future__ import annotations

import pytest

from cluster_core.kubectl.completion import complete
from tests.core.kubectl.server import Server


def completed(server: Server, line: str) -> list[str]:
    talk, answer = complete(server.terminal, line), None
    while True:
        try:
            call = talk.send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            found: list[str] = stop.value
            return found
        answer = server.answer(call)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ku", ["kubectl"]),
        ("ls ", []),
        ("kubectl des", ["describe"]),
        ("kubectl rollout re", ["resume", "restart"]),
        ("kubectl create secret ", ["generic", "docker-registry", "tls"]),
        ("kubectl get deplo", ["deployments"]),
        ("kubectl get pods,deplo", ["pods,deployments"]),
        ("kubectl get cm ga", ["game"]),
        ("kubectl get cm/ga", ["cm/game"]),
        ("kubectl get cm -n kube-system kube-r", ["kube-root-ca.crt"]),
        ("kubectl get cm --namespace=kube-system kube-r", ["kube-root-ca.crt"]),
        ("kubectl get pods -n kube-n", ["kube-node-lease"]),
        ("kubectl get pods --namespace=kube-n", ["--namespace=kube-node-lease"]),
        ("kubectl get pods -o js", ["json", "jsonpath="]),
        ("kubectl get pods --show-l", ["--show-labels"]),
        ("kubectl logs on", ["one"]),
        ("kubectl logs one -c ", ["one"]),
        ("kubectl logs one ", ["one"]),
        ("kubectl exec one -- l", []),
        ("kubectl cordon node-", ["node-1", "node-2"]),
        ("kubectl rollout status deploy ", ["web"]),
        ("kubectl delete pod nope/", []),
        ("kubectl get nope x", []),
        ("kubectl -n kube-system get cm kube-r", ["kube-root-ca.crt"]),
    ],
)
def test_candidates(server: Server, line: str, found: list[str]) -> None:
    assert completed(server, line) == found


def test_every_verb_is_found(server: Server) -> None:
    assert {"get", "rollout", "config", "create"} <= set(completed(server, "kubectl "))
    assert "edit" not in completed(server, "kubectl ")


def test_names_that_are_there_already_are_left_out(server: Server) -> None:
    assert "game" not in completed(server, "kubectl delete cm game ")


def test_there_are_at_most_a_hundred(server: Server) -> None:
    assert len(completed(server, "kubectl get ")) <= 100
