"""Objects made of a name and a few flags."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cluster_core.api.yaml import load_document
from tests.core.kubectl.server import Server


def made(line: str) -> Any:
    flags, dashes, command = line.partition(" -- ")
    return load_document(Server().run(f"kubectl create {flags} --dry-run=client -o yaml{dashes}{command}"))


def test_a_deployment() -> None:
    spec = made("deployment x --image=a/nginx:1 --port=80 --replicas=3 -- sleep 1")["spec"]
    container = {"name": "nginx", "image": "a/nginx:1", "ports": [{"containerPort": 80}], "resources": {}}
    assert spec["template"]["spec"]["containers"] == [{**container, "command": ["sleep", "1"]}]
    assert spec["replicas"] == 3 and spec["selector"] == {"matchLabels": {"app": "x"}}


def test_services() -> None:
    assert made("service nodeport x --tcp=80:http --node-port=30000")["spec"]["ports"] == [
        {"name": "80-http", "port": 80, "protocol": "TCP", "targetPort": "http", "nodePort": 30000}
    ]
    assert "ports" not in made("service externalname x --external-name a.b")["spec"]


def test_an_ingress() -> None:
    spec = made('ingress x --rule="a.b/p*=s:80,tls=t" --class=nginx')["spec"]
    path = {"path": "/p", "pathType": "Prefix", "backend": {"service": {"name": "s", "port": {"number": 80}}}}
    assert spec["rules"] == [{"host": "a.b", "http": {"paths": [path]}}]
    assert spec["tls"] == [{"hosts": ["a.b"], "secretName": "t"}] and spec["ingressClassName"] == "nginx"


def test_secrets() -> None:
    assert made("secret generic x --from-literal=a=b")["data"] == {"a": "Yg=="}
    found = made("secret docker-registry x --docker-server=r --docker-username=u --docker-password=p")
    config = json.loads(base64.b64decode(found["data"][".dockerconfigjson"]))
    assert config == {"auths": {"r": {"username": "u", "password": "p", "auth": "dTpw"}}}


def test_roles_and_bindings() -> None:
    rules = made("role x --verb=get,list --resource=pods,deployments,pods/log")["rules"]
    assert rules == [
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]},
    ]
    subjects = made("rolebinding x --clusterrole=view --user=a --serviceaccount=n:s")["subjects"]
    assert [(one["kind"], one["name"]) for one in subjects] == [("User", "a"), ("ServiceAccount", "s")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("deployment x", 'error: required flag(s) "image" not set'),
        ("configmap x --from-literal=a", "error: invalid literal source a, expected key=value"),
        ("service clusterip x", "error: at least one tcp port specifier must be provided"),
        ("rolebinding x", "error: exactly one of clusterrole or role must be specified"),
        ("pdb x --selector=a=b", "error: one of min-available or max-unavailable must be specified"),
        ("secret tls x", "error: key and cert must be specified"),
        ("role x --verb=get", "error: at least one resource must be specified"),
    ],
)
def test_what_is_missing(line: str, text: str) -> None:
    assert Server().run(f"kubectl create {line}") == text
