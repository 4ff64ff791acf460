"""One line: verb, flags, what is wrong with it."""

from __future__ import annotations

import pytest

from tests.core.kubectl.server import Server


@pytest.mark.parametrize(
    ("line", "text", "code"),
    [
        ("", "", 0),
        ("ls", "ls: command not found. This terminal has kubectl: try kubectl get pods", 127),
        ("kubectl gett", 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget', 1),
        ("kubectl rollout nope", "error: unknown command \"nope\"\nSee 'kubectl rollout -h' for help and examples", 1),
        ("kubectl create x", "error: Unexpected args: [x]\nSee 'kubectl create -h' for help and examples", 1),
        ("kubectl create -o yaml", "error: must specify one of -f and -k", 1),
        ("kubectl get 'pods", "error: no closing quotation", 1),
    ],
)
def test_lines(line: str, text: str, code: int) -> None:
    server = Server()
    assert server.run(line) == text and server.terminal.code == code


@pytest.mark.parametrize("line", ["kubectl", "kubectl --help", "kubectl help"])
def test_help(line: str) -> None:
    out, err, code = Server().parts(line)
    assert out.startswith("kubectl controls the Kubernetes cluster manager.") and (err, code) == ("", 0)


def test_help_of_a_verb_and_of_a_family() -> None:
    server = Server()
    assert server.run("kubectl help get") == server.run("kubectl get -h")
    assert "Available Commands:" in server.parts("kubectl rollout")[0]
    assert server.parts("kubectl auth")[2] == 1


def test_what_is_not_simulated_says_what_is_closest() -> None:
    assert "closest: exec" in Server().run("kubectl port-forward x 80")


def test_flags_of_every_verb_may_come_first() -> None:
    assert "kube-root-ca.crt" in Server().run("kubectl -n kube-system get cm")


def test_impersonation() -> None:
    server = Server()
    assert 'User "bob" cannot list resource "pods"' in server.run("kubectl get pods --as bob --as-group dev")
    assert server.terminal.impersonate == [("Impersonate-User", "bob"), ("Impersonate-Group", "dev")]
