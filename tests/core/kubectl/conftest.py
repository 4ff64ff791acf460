"""A server with a few objects, made once; each test has a copy of its own."""

from __future__ import annotations

import pytest

from tests.core.kubectl.server import Server

MADE = (
    "kubectl create deployment web --image=nginx:1.27 --replicas=2",
    "kubectl create configmap game --from-literal=a=1 --from-literal=b=two",
    "kubectl create service clusterip web --tcp=80",
    "kubectl run one --image=nginx:1.27",
)


@pytest.fixture(scope="session")
def made() -> Server:
    server = Server()
    for line in MADE:
        assert server.run(line).endswith("created")
    server.advance(60)
    return server


@pytest.fixture
def server(made: Server) -> Server:
    return made.copy()
