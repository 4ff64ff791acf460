"""What -f - brings."""

from __future__ import annotations

from tests.core.kubectl.server import Server

CONFIG = "<<E\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%s}\nE"


def test_a_file_is_not_there() -> None:
    assert Server().run("kubectl apply -f x.yaml").startswith('error: the path "x.yaml" does not exist')


def test_the_namespace_of_the_line_and_of_the_object() -> None:
    server = Server()
    assert server.run("kubectl create -n kube-system -f - " + CONFIG % "") == "configmap/c created"
    assert "the namespace from the provided object" in server.run(
        "kubectl create -n kube-system -f - " + CONFIG % ", namespace: default"
    )


def test_a_kind_that_the_server_does_not_have() -> None:
    text = Server().run("kubectl apply -f - <<E\napiVersion: x/v1\nkind: Why\nmetadata: {name: a}\nE")
    assert text.startswith(
        'error: resource mapping not found for name: "a" namespace: "" from "STDIN": no matches for kind "Why"'
    )


def test_nothing() -> None:
    assert Server().run("kubectl apply -f - <<E\nE") == "error: no objects passed to apply"
