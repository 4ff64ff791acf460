"""A real server killed with kill -9 while runs play and commands come: every run comes back with the same state hash."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.explorer.conftest import WEB
from tests.explorer.server_process import PATIENCE_S, ServerProcess

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server for one test."""
    found = ServerProcess(tmp_path)
    found.start()
    yield found
    found.end()


def read(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of a type; frames on the way are acknowledged."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_S))
        if message["t"] in ("snapshot", "delta"):
            socket.send(json.dumps({"t": "ack", "epoch": message["epoch"], "seq": message["seq"]}))
        if message["t"] == kind:
            return message


def commands_until_killed(server: ServerProcess, run: dict[str, Any], killed: list[bool]) -> list[dict[str, Any]]:
    """Scale up and down as fast as the server answers; the answers of the commands that were acknowledged."""
    acknowledged: list[dict[str, Any]] = []
    for number in range(10_000):
        scale = {"kind": "scale", "resource": "deployments", "name": "web", "replicas": 1 + number % 6}
        try:
            answer = server.call(
                "POST", f"runs/{run['id']}/commands/", {**scale, "client_id": f"c{number}"}, run["token"]
            )
        except OSError:
            return acknowledged
        acknowledged.append({"client_id": f"c{number}", **scale, "answer": answer})
        if len(acknowledged) == 15:
            server.kill()
            killed.append(True)
    return acknowledged


def test_kill_9_under_load_loses_nothing_that_was_acknowledged(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"scenario": "rolling-update", "play": True})
    base = f"runs/{run['id']}/"
    server.call("POST", f"{base}clock/", {"action": "speed", "factor": 5}, run["token"])
    others = [server.call("POST", "runs/", {"scenario": "node-failure", "play": True}) for _ in range(3)]
    stream = f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/"
    seen: list[dict[str, Any]] = []
    killed: list[bool] = []
    with connect(stream, max_size=None) as socket, ThreadPoolExecutor(1) as pool:
        read(socket, "snapshot")
        work = pool.submit(commands_until_killed, server, run, killed)
        with contextlib.suppress(ConnectionClosed):
            while True:
                seen.append(read(socket, "delta")["clock"])
        acknowledged = work.result()
    assert killed and len(acknowledged) >= 15
    server.start()
    assert server.call("GET", base)["playing"] is False, "a run comes back paused"
    answers = [one["answer"]["results"] for one in acknowledged]
    retried = [
        server.call(
            "POST", f"{base}commands/", {name: value for name, value in one.items() if name != "answer"}, run["token"]
        )["results"]
        for one in acknowledged
    ]
    assert retried == answers, "each acknowledged command is in the log, once"
    back = server.call("GET", base)
    assert back["head"]["event"] >= acknowledged[-1]["answer"]["event"]
    # What was on the screen is still the truth: the same event number has the same state hash.
    checked = [clock for clock in seen if clock["number"] <= back["head"]["event"]][-20:]
    assert checked
    for clock in checked:
        there = server.call("POST", f"{base}clock/", {"action": "seek", "event": clock["number"]}, run["token"])
        assert there["state_hash"] == clock["state_hash"]
    for other in others:
        assert server.call("GET", f"runs/{other['id']}/")["event"] >= 0
    with connect(stream, max_size=None) as socket:
        assert read(socket, "hello")["run"] == run["id"]
        socket.send(json.dumps({"t": "resume", "epoch": 1, "seq": 1}))
        assert read(socket, "snapshot")["clock"]["head_number"] == back["head"]["event"]


def test_the_same_run_twice_killed_at_the_same_place_has_the_same_hash(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"scenario": "first-deployment"})
    base = f"runs/{run['id']}/"
    server.call("POST", f"{base}clock/", {"action": "advance", "by": "8s"}, run["token"])
    server.call(
        "POST",
        f"{base}commands/",
        {"kind": "apply", "manifest": WEB.replace("name: web}", "name: w2}", 1)},
        run["token"],
    )
    before = server.call("POST", f"{base}clock/", {"action": "step", "count": 123}, run["token"])
    for _ in range(2):
        server.kill()
        server.start()
        after = server.call("GET", base)
        assert {**after, "playing": False} == {**before, "playing": False}


KILLS = 20


def test_kill_9_twenty_times_under_load(server: ServerProcess, capsys: pytest.CaptureFixture[str]) -> None:
    """Killed again and again, at any moment of a busy run: nothing acknowledged is lost or done twice, hashes stay what they were."""
    run = server.call("POST", "runs/", {"scenario": "first-deployment", "play": True})
    base, token = f"runs/{run['id']}/", run["token"]
    draws, back_s, given, compared = random.Random(20), [], 0, 0
    with ThreadPoolExecutor(1) as pool:
        for _ in range(KILLS):
            work = pool.submit(scaling_until_killed, server, base, token, given)
            time.sleep(draws.uniform(0.05, 0.6))
            server.kill()
            acknowledged, seen = work.result()
            killed = time.monotonic()
            server.start()
            streaming(server, run["id"])
            back_s.append(time.monotonic() - killed)
            for number, answer in acknowledged.items():
                again = server.call("POST", f"{base}commands/", scaled(number), token)
                assert again["results"] == answer["results"], f"command {number} was lost or done twice"
            # A place that was seen later than it was saved is gone, and nothing but time with it.
            head = server.call("GET", base)["head"]["event"]
            for place in [place for place in seen if place["event"] <= head][-1:]:
                there = server.call("POST", f"{base}clock/", {"action": "seek", "event": place["event"]}, token)
                assert there["state_hash"] == place["state_hash"]
                compared += 1
            server.call("POST", f"{base}clock/", {"action": "seek", "event": head}, token)
            server.call("POST", f"{base}clock/", {"action": "play"}, token)
            given = max([given, *acknowledged]) + 100
    assert compared > KILLS // 2
    back_s.sort()
    with capsys.disabled():
        print(
            f"\nback to streaming after kill -9: p50 {back_s[KILLS // 2]:.2f} s, longest {back_s[-1]:.2f} s ({KILLS} kills)"
        )


def scaled(number: int) -> dict[str, Any]:
    """The command of a number; its client id makes a retry harmless."""
    return {
        "kind": "scale",
        "resource": "deployments",
        "name": "web",
        "replicas": 1 + number % 6,
        "client_id": f"k{number}",
    }


def scaling_until_killed(
    server: ServerProcess, base: str, token: str, first: int
) -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]:
    """What was acknowledged until the server was gone, and the places and state hashes that it showed."""
    acknowledged: dict[int, dict[str, Any]] = {}
    seen: list[dict[str, Any]] = []
    with contextlib.suppress(OSError, http.client.HTTPException):
        for number in range(first, first + 100):
            acknowledged[number] = server.call("POST", f"{base}commands/", scaled(number), token)
            seen.append(server.call("GET", base))
    return acknowledged, seen


def streaming(server: ServerProcess, run_id: str) -> None:
    """Wait for the first snapshot of a viewer's stream."""
    with connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run_id}/", max_size=None) as socket:
        read(socket, "snapshot")


def test_sigterm_saves_tells_the_viewers_and_ends_with_0(server: ServerProcess) -> None:
    run = server.call("POST", "runs/", {"scenario": "first-deployment", "play": True})
    with connect(f"ws://127.0.0.1:{server.port}/ws/v1/runs/{run['id']}/", max_size=None) as socket:
        read(socket, "delta")
        assert server.process is not None
        with ThreadPoolExecutor(1) as pool:
            stopping = pool.submit(server.stop)
            notice = read(socket, "notice")
            assert notice["id"] == "notice.server-stopping"
            with contextlib.suppress(ConnectionClosed):
                while True:
                    socket.recv(timeout=PATIENCE_S)
            assert socket.close_code == 1012
            code, printed = stopping.result()
    assert code == 0
    assert "every run is saved" in printed
    server.start()
    assert server.call("GET", f"runs/{run['id']}/")["event"] == notice["params"]["number"]
