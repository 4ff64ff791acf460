"""exec, attach and forwarded requests as commands of the log."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command, CommandError
from cluster_core.kubelet.session import Session
from tests.core.kubelet.test_containers import SECOND, started

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {containers: [{name: c, image: busybox, command: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shell}
spec: {containers: [{name: c, image: busybox, stdin: true, tty: true}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec: {containers: [{name: c, image: registry.k8s.io/pause}]}
"""


@pytest.fixture(scope="module")
def made() -> Cluster:
    return started(PODS)


@pytest.fixture
def cluster(made: Cluster) -> Cluster:
    return made.fork()


def give(cluster: Cluster, kind: str, **params: Any) -> Any:
    index = cluster.apply(Command(kind, params))
    answer = cluster.run_until_answered(index)
    assert answer is not None
    return index, answer[0]


def run(cluster: Cluster, *command: str, pod: str = "box", **more: Any) -> Session:
    index, _ = give(cluster, "exec", namespace="default", pod=pod, command=list(command), **more)
    found = cluster.world.session(f"session-{index}")
    assert found is not None
    return found


def shown(session: Session, channel: int = 1) -> str:
    return b"".join(data for one, data in session.chunks if one == channel).decode()


def test_a_command(cluster: Cluster) -> None:
    before = cluster.now
    session = run(cluster, "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (shown(session), shown(session, 2), session.exit_code) == ("out\n", "err\n", 3)
    assert cluster.now - before < SECOND // 10


def test_a_shell_at_a_terminal(cluster: Cluster) -> None:
    session = run(cluster, "sh", tty=True, stdin=True)
    assert shown(session) == "/ # "
    assert cluster.world.session_idle(session.id)
    give(cluster, "stdin", session=session.id, data="cd /tmp; X=5\r")
    give(cluster, "stdin", session=session.id, data="echo $X $PWD\r")
    assert shown(session).endswith("echo $X $PWD\r\n5 /tmp\r\n/tmp # ")
    give(cluster, "stdin", session=session.id, data="\x04")
    assert (session.ended, session.exit_code) == (True, 0)


def test_control_c(cluster: Cluster) -> None:
    session = run(cluster, "sh", tty=True, stdin=True)
    give(cluster, "stdin", session=session.id, data="sleep 1000\r")
    assert not shown(session).endswith("# ")
    give(cluster, "stdin", session=session.id, data="\x03")
    give(cluster, "stdin", session=session.id, data="echo $?\r")
    assert "130\r\n" in shown(session)


def test_sleep_waits_for_time(cluster: Cluster) -> None:
    session = run(cluster, "sh", "-c", "sleep 5; echo done")
    assert not session.ended and cluster.world.session_idle(session.id)
    cluster.advance(cluster.now + 6 * SECOND, 100_000)
    assert (shown(session), session.exit_code) == ("done\n", 0)


def test_input_without_a_terminal(cluster: Cluster) -> None:
    session = run(cluster, "tar", "xmf", "-", "-C", "/tmp", stdin=True)
    made = run(cluster, "tar", "cf", "-", "-C", "/etc", "passwd")
    data = b"".join(data for _, data in made.chunks).decode("latin-1")
    give(cluster, "stdin", session=session.id, data=data, eof=True)
    assert session.exit_code == 0
    assert shown(run(cluster, "head", "-1", "/tmp/passwd")).startswith("root:")


def test_a_server_can_be_looked_into(cluster: Cluster) -> None:
    assert "nginx: master process" in shown(run(cluster, "sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline", pod="web"))
    run(cluster, "sh", "-c", "echo hi > /usr/share/nginx/html/index.html", pod="web")
    _, answer = give(
        cluster, "forward", namespace="default", pod="web", port=80, data="GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    assert answer["data"].startswith("HTTP/1.1 200 OK\r\n") and answer["data"].endswith("\r\n\r\nhi\n")
    assert '"GET / HTTP/1.1" 200 3' in cluster.world.container_log("default", "web").lines[-1].text
    _, refused = give(cluster, "forward", namespace="default", pod="web", port=81, data="")
    assert refused["error"] == "Refused"


def test_what_cannot_be_run(cluster: Cluster) -> None:
    missing = run(cluster, "nosuch")
    assert (missing.exit_code, missing.error) == (
        127,
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown',
    )
    assert 'exec: "sh": executable file not found in $PATH' in run(cluster, "sh", pod="bare").error
    assert run(cluster, "ls", pod="none").error == 'pods "none" not found'
    for params in ({"pod": "box"}, {"pod": "box", "command": "ls"}, {"pod": "box", "command": []}):
        with pytest.raises(CommandError):
            Command("exec", {"namespace": "default", **params}).parsed()
    with pytest.raises(CommandError):
        Command("stdin", {"session": "x", "data": "中"}).parsed()


def test_attach(cluster: Cluster) -> None:
    index, _ = give(cluster, "attach", namespace="default", pod="shell", stdin=True, tty=True)
    session = cluster.world.session(f"session-{index}")
    assert session is not None
    give(cluster, "stdin", session=session.id, data="hostname\r")
    assert "hostname\r\nshell\r\n/ # " in shown(session)
    give(cluster, "stdin", session=session.id, data="exit 4\r")
    cluster.advance(cluster.now + SECOND, 100_000)
    assert (session.ended, session.exit_code) == (True, 4)


def test_who_attaches_late_sees_the_prompt_once_the_window_has_a_size(cluster: Cluster) -> None:
    index, _ = give(cluster, "attach", namespace="default", pod="shell", stdin=True, tty=True)
    session = cluster.world.session(f"session-{index}")
    assert session is not None
    assert shown(session) == ""
    give(cluster, "resize", session=session.id, width=120, height=40)
    assert shown(session) == "\r/ # "


def test_a_client_that_goes(cluster: Cluster) -> None:
    session = run(cluster, "sh", "-c", "sleep 999; echo never")
    give(cluster, "close", session=session.id)
    assert session.ended
    assert "sleep 999" not in shown(run(cluster, "ps"))


def test_a_node_that_is_down_and_a_program_without_end(cluster: Cluster) -> None:
    session = run(cluster, "yes")
    assert not session.exit_code
    node = cluster.world.objects("pods")["default/box"]["spec"]["nodeName"]
    cluster.apply(Command("fault", {"fault": "node-down", "target": node}))
    cluster.advance(cluster.now + SECOND, 100_000)
    assert session.ended


def test_a_replay_has_the_same_sessions(cluster: Cluster) -> None:
    run(cluster, "sh", "-c", "date > /tmp/x; sleep 3")
    cluster.advance(cluster.now + 10 * SECOND, 100_000)
    again = cluster.fork(cluster.number)
    assert again.state_hash() == cluster.state_hash()
    assert [(one.id, one.chunks) for one in again.world.streams.sessions.values()] == [
        (one.id, one.chunks) for one in cluster.world.streams.sessions.values()
    ]


def test_what_ended_is_forgotten_when_it_is_much(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster_core.cluster.streams.KEPT_BYTES", 250)
    sessions = [run(cluster, "sh", "-c", "printf %0100d 0") for _ in range(4)]
    kept = cluster.world.streams.sessions
    assert [one.id in kept for one in sessions] == [False, True, True, True]
