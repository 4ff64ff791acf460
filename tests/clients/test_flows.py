"""The request flows of clients that are too large to be installed here, against a real server."""

from __future__ import annotations

import pytest

from tests.clients.flows import FLOWS, PENDING
from tests.clients.machine import Run
from tests.clients.wire import Wire
from tests.explorer.server_process import ServerProcess


@pytest.mark.parametrize("client", FLOWS)
def test_flow(server: ServerProcess, client: str) -> None:
    agent, flow = FLOWS[client]
    wire = Wire(Run(server).kubeconfig, agent)
    for name, step in flow:
        if (client, name) not in PENDING:
            step(wire)
