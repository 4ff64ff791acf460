"""exec and attach over WebSockets, in process."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from cluster_core.sim.limits import LimitExceeded
from explorer import runs
from explorer.kubeapi.streams import places, typed
from tests.explorer.conftest import Api
from tests.explorer.kubeapi.client import PATIENCE_S, Kube
from tests.explorer.kubeapi.streams.pods import PODS, Session, pod, session, world

pytestmark = pytest.mark.asyncio
EXEC = f"{PODS}/box/exec?"
BOX = pod("box", "sleep", "infinity")


def command(*words: str, **flags: str) -> str:
    query = "&".join(f"command={word.replace(' ', '+').replace('&', '%26').replace(';', '%3B')}" for word in words)
    given = {"stdout": "true", "stderr": "true", **flags}
    return f"{query}&{'&'.join(f'{name}={text}' for name, text in given.items())}"


@pytest.mark.parametrize("protocol", ["v5.channel.k8s.io", "v4.channel.k8s.io"])
async def test_a_command_and_its_exit_code(api: Api, protocol: str) -> None:
    at = await world(api, BOX)
    before = at.live.cluster.now
    one = await session(at, EXEC + command("sh", "-c", "echo out; echo err >%262; exit 3"), protocol)
    status = await one.ended()
    assert (one.output[1], one.output[2], one.code) == (b"out\n", b"err\n", 1000)
    assert status["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
    # The clock stands still: what was needed went by, no more.
    assert at.live.cluster.now - before < 100_000
    assert at.live.cluster.commands[-1].kind == "exec"
    assert (await (await session(at, EXEC + command("true"))).ended())["status"] == "Success"
    assert at.live.clients.streams == 0


async def test_input_and_its_end(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("cat", stdin="true"), "v5.channel.k8s.io")
    for part in (b"one ", b"two\n", b"\x00\xff"):
        one.send(0, part)
    await one.until(b"\x00\xff")
    one.send(255, b"\x00")
    assert (await one.ended())["status"] == "Success"
    assert one.output[1] == b"one two\n\x00\xff"
    # What came together is one command.
    assert sum(given.kind == "stdin" for given in at.live.cluster.commands) <= 4


async def test_the_end_of_the_program_ends_it_though_input_may_come(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("head", "-1", stdin="true"))
    one.send(0, b"a\nb\n")
    assert (await one.ended())["status"] == "Success"
    assert one.output[1] == b"a\n"


async def test_a_terminal(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sh", stdin="true", tty="true"))
    one.send(4, json.dumps({"Width": 77, "Height": 33}).encode())
    await one.until(b"/ # ")
    one.send(0, b"stty size; exit 7\r")
    assert (await one.ended())["details"]["causes"][0]["message"] == "7"
    assert b"\r\n33 77\r\n" in one.output[1]
    assert one.output[2] == b""


async def test_what_takes_time_waits_for_the_clock(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sh", "-c", "echo a; sleep 5; echo b"))
    await one.until(b"a\n")
    assert b"b" not in one.output[1]
    await at.clock(action="advance", by="6s")
    await one.ended()
    assert one.output[1] == b"a\nb\n"


async def test_base64_and_plain_frames(api: Api) -> None:
    at = await world(api, BOX)
    path = EXEC + command("echo", "hi")
    line = at.socket(path, "base64.channel.k8s.io")
    assert (await line.next())["subprotocol"] == "base64.channel.k8s.io"
    assert (await line.next())["text"] == "1"
    assert await line.next() == {"type": "websocket.send", "text": "1" + base64.b64encode(b"hi\n").decode()}
    plain = at.socket(path)
    assert (await plain.next())["subprotocol"] is None
    assert [(await plain.next())["bytes"] for _ in range(2)] == [b"\x01", b"\x01hi\n"]


async def test_attach(api: Api) -> None:
    at = await world(api, pod("shell", "sh", stdin=True, tty=True))
    one = await session(at, f"{PODS}/shell/attach?stdin=true&stdout=true&tty=true")
    one.send(0, b"hostname\r")
    await one.until(b"shell\r\n/ # ")
    # Who detaches leaves the container alone.
    await one.line.hang_up("websocket.disconnect")
    again = await session(at, f"{PODS}/shell/attach?stdin=true&stdout=true&tty=true")
    again.send(0, b"exit 4\r")
    await asyncio.sleep(0)
    await at.clock(action="advance", by="1s")
    assert (await again.ended())["status"] == "Success"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        (f"{PODS}/none/exec?command=ls&stdout=true", 404, 'pods "none" not found'),
        (f"{EXEC}command=ls&stdout=true&container=zz", 400, "container zz is not valid for pod box"),
        (f"{EXEC}command=ls", 400, "you must specify at least 1 of stdin, stdout, stderr"),
        (f"{EXEC}stdout=true", 400, "you must specify at least one command"),
        (f"{PODS}/two/exec?command=ls&stdout=true", 400, "a container name must be specified for pod two"),
        (f"{PODS}/far/exec?command=ls&stdout=true", 400, "pod far does not have a host assigned"),
        (f"{PODS}/box/log?follow=true", 400, "not served over WebSockets"),
    ],
)
async def test_what_is_refused_before_it_is_accepted(api: Api, path: str, code: int, words: str) -> None:
    two, far = pod("two", "sleep", "9"), pod("far")
    two["spec"]["containers"].append({"name": "d", "image": "busybox"})
    far["spec"]["nodeSelector"] = {"nowhere": "true"}
    at = await world(api, BOX, two, far)
    status = await at.refused(path, "v4.channel.k8s.io")
    assert (status["code"], status["kind"]) == (code, "Status")
    assert words in status["message"]


async def test_an_unknown_protocol(api: Api) -> None:
    at = await world(api, BOX)
    assert "unable to negotiate protocol" in (await at.refused(EXEC + command("ls"), "v9.channel.k8s.io"))["message"]


async def test_spdy_is_refused_with_the_version_that_works(api: Api) -> None:
    at = await world(api, BOX)
    answer = await at.client.ask("POST", EXEC + command("ls"), connection="Upgrade", upgrade="SPDY/3.1")
    assert answer.code == 400
    assert "kubectl 1.31 or later" in answer.json["message"]
    # What would be refused anyhow is refused for that.
    answer = await at.client.ask("POST", f"{PODS}/none/exec?command=ls&stdout=true", upgrade="SPDY/3.1")
    assert answer.json["message"] == 'pods "none" not found'
    assert (await at.client.get(EXEC + command("ls"))).json["message"] == "Upgrade request required"


def impersonating(client: Kube, verbs: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "r"},
        "rules": [{"apiGroups": [""], "resources": ["pods/exec"], "verbs": verbs}],
    }
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "eve"}],
    }
    return role, binding


@pytest.mark.parametrize(("verbs", "allowed"), [([], False), (["get"], False), (["get", "create"], True)])
async def test_who_may(api: Api, verbs: list[str], allowed: bool) -> None:
    at = await world(api, BOX)
    if verbs:
        role, binding = impersonating(at.client, verbs)
        base = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
        assert (await at.client.ask("POST", f"{base}/roles", role)).code == 201
        assert (await at.client.ask("POST", f"{base}/rolebindings", binding)).code == 201
    line = at.socket(EXEC + command("true"), "v4.channel.k8s.io", **{"impersonate-user": "eve"})
    first = await line.next()
    if allowed:
        assert first["type"] == "websocket.accept"
    else:
        status = json.loads((await line.next())["body"])
        missing = "create" if verbs else "get"
        assert (first["status"], status["reason"]) == (403, "Forbidden")
        assert f'User "eve" cannot {missing} resource "pods/exec"' in status["message"]


async def test_a_client_that_goes_ends_its_program(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sleep", "1000"))
    await one.line.hang_up("websocket.disconnect")
    assert at.live.cluster.commands[-1].kind == "close"
    assert all(kept.ended for kept in at.live.cluster.world.streams.sessions.values())


async def test_a_seek_ends_it_with_a_clear_message(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sleep", "1000", stdin="true"))
    await at.opened()
    count = len(at.live.cluster.commands)
    await at.clock(action="seek", at=1_000_000)
    assert "moved to another moment" in (await one.ended())["message"]
    assert (len(at.live.cluster.commands), len(at.live.branches)) == (count, 1)


async def test_in_the_past_it_forks_as_any_write_does(api: Api) -> None:
    at = await world(api, BOX)
    await at.clock(action="advance", by="10s")
    await at.clock(action="seek", at=at.live.cluster.now - 5_000_000)
    one = await session(at, EXEC + command("echo", "then"))
    assert (await one.ended())["status"] == "Success"
    assert (one.output[1], len(at.live.branches)) == (b"then\n", 2)


async def test_there_are_limits(api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await world(api, BOX)
    monkeypatch.setattr(typed, "TOTAL_MAX", 10)
    one = await session(at, EXEC + command("cat", stdin="true"))
    one.send(0, b"x" * 11)
    assert (await one.ended())["code"] == 413
    settings.STREAMS_PER_RUN = 1
    held = await session(at, EXEC + command("sleep", "9"))
    assert (await at.refused(EXEC + command("ls")))["code"] == 429
    await held.line.hang_up("websocket.disconnect")
    monkeypatch.setattr(places, "IDLE_S", 0.05)
    assert "idle for too long" in (await (await session(at, EXEC + command("sleep", "9"))).ended())["message"]


@pytest.mark.parametrize("frame", [{"bytes": b""}, {"bytes": b"\x04{"}, {"bytes": b'\x04{"Width":"x"}'}])
async def test_frames_that_are_none(api: Api, frame: dict[str, bytes]) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("cat", stdin="true"))
    one.line.incoming.put_nowait({"type": "websocket.receive", **frame})
    status = await one.ended()
    assert (status["code"], one.code) == (400, 1000)


async def test_revoked_kubeconfigs_end_it(api: Api) -> None:
    at = await world(api, BOX)
    one: Session = await session(at, EXEC + command("sleep", "9"))
    at.live.clients.hang_up()
    assert "ended by the server" in (await one.ended())["message"]


async def test_sessions_of_a_server_that_was_killed_give_way(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sleep", "1000"))
    await at.opened()
    at.live.clients.sessions.clear()
    monkeypatch.setattr("explorer.kubeapi.streams.remote.OPEN_MAX", 1)
    assert (await (await session(at, EXEC + command("true"))).ended())["status"] == "Success"
    assert (await one.ended())["details"]["causes"][0]["message"] == "137"


class Stuck:
    """The flow of a client that has stopped reading."""

    aborted = False

    def begin(self) -> None:
        pass

    end = hold = release = begin

    def abort(self) -> None:
        self.aborted = True

    async def ready(self, _patience_s: float) -> bool:
        return False


async def test_who_does_not_read_is_hung_up_on(api: Api) -> None:
    at = await world(api, BOX)
    stuck = Stuck()
    line = at.socket(
        EXEC + command("sh", "-c", "while true; do echo x; sleep 1; done"), "v4.channel.k8s.io", flow=stuck
    )
    await asyncio.wait_for(line.task, PATIENCE_S)
    assert stuck.aborted
    # Its program is not left behind.
    assert at.live.cluster.commands[-1].kind == "close"


async def test_what_fails_after_the_handshake_is_said_on_the_error_channel(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await world(api, BOX)

    async def full(*_: Any) -> Any:
        raise LimitExceeded("commands", 3)

    monkeypatch.setattr("explorer.change.command", lambda *_, **__: full())
    status = await (await session(at, EXEC + command("ls"))).ended()
    assert (status["code"], "at most 3 commands" in status["message"]) == (429, True)
    assert at.live.clients.streams == 0


async def test_a_run_that_is_rebuilt_has_the_same_session(api: Api) -> None:
    at = await world(api, BOX)
    one = await session(at, EXEC + command("sh", stdin="true", tty="true"))
    await one.until(b"/ # ")
    one.send(0, b"date > /tmp/x; echo $((2*21))\r")
    await one.until(b"\r\n42\r\n/ # ")
    cluster = at.live.cluster
    # As after a kill: what the client has seen was in the log.
    runs.forget_all()
    again = (await runs.find(at.live.id)).cluster
    assert (again.number, again.state_hash()) == (cluster.number, cluster.state_hash())
    (before,), (after,) = cluster.world.streams.sessions.values(), again.world.streams.sessions.values()
    assert after.chunks == before.chunks
    one.line.task.cancel()
