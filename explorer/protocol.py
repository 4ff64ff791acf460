"""The wire format between the explorer and a viewer's browser, version 1. TypeScript types are generated from this file.

Server → browser messages are `Hello`, `Snapshot`, `Delta`, `CommandDone`, `Notice`, `Progress`, `ClientSeen`, `Pong`; browser →
server are `Resume`, `Ack`, `Ping`, `ClockCall`, `CommandCall`. Each JSON text frame has "t" for its type. `epoch` changes when the history under the viewer is
another one (restart, seek, fork); `seq` counts the frames of an epoch: a viewer that sees a gap asks with `Resume`.
"""

from __future__ import annotations

from typing import Any

import msgspec

VERSION = 1


class Hello(msgspec.Struct, tag_field="t", tag="hello"):
    """First message of the server."""

    version: int
    run: str
    title: str
    role: str  # "owner" may change the run, "viewer" may watch
    engine: str
    epoch: int
    seq: int
    branches: list[dict[str, Any]]  # {name, parent, fork_number, fork_at, head_number, head_at}
    titles: dict[str, str] = {}  # the title by language: {"en", "zh-Hans"}


class Snapshot(msgspec.Struct, tag_field="t", tag="snapshot"):
    """A whole view of the run: `keyframe` is projection.cards.Keyframe, `clock` a Clock, `trace` the last entries."""

    epoch: int
    seq: int
    clock: dict[str, Any]
    keyframe: dict[str, Any]
    trace: list[dict[str, Any]]
    branches: list[dict[str, Any]]
    flights: list[dict[str, Any]] = []  # messages on their way at this moment, at most 60


class Delta(msgspec.Struct, tag_field="t", tag="delta"):
    """What changed since the frame before: per map of the keyframe the changed cards and the keys that are gone."""

    epoch: int
    seq: int
    clock: dict[str, Any]
    changed: dict[str, dict[str, Any]]  # {"pods": {uid: card}, …}
    removed: dict[str, list[str]]
    trace: list[dict[str, Any]]  # new entries, at most 200; "skipped" counts the rest
    skipped: int
    flights: list[dict[str, Any]]  # messages sent since the frame before, at most 60
    flights_skipped: int


class CommandDone(msgspec.Struct, tag_field="t", tag="command-done"):
    """The answer to a CommandCall: per object what kubectl would print."""

    client_id: str
    ok: bool
    results: list[dict[str, Any]]  # {object, message, error}
    error: str


class Notice(msgspec.Struct, tag_field="t", tag="notice"):
    """Something the viewer should be told; `id` is a catalogue key."""

    id: str
    params: dict[str, Any]


class Progress(msgspec.Struct, tag_field="t", tag="progress"):
    """How far the work is that a viewer waits for, at most four times a second; the snapshot after it says that it is done.

    While a run is rebuilt it comes before `Hello`.
    """

    what: str  # "boot" (a cluster comes to rest) | "rebuild" (a log is run again) | "seek" (to a recorded moment)
    done: int  # events
    of: int  # 0: not known


class ClientSeen(msgspec.Struct, tag_field="t", tag="client"):
    """A request of a client (kubectl, a library) to the run's Kubernetes API was answered; at most 20 a second, the rest is counted.

    A watch is told of when it opens. `path` is below the run's address, with the query; secrets are never in it.
    """

    at: int  # virtual time, µs
    method: str
    path: str
    user: str
    agent: str
    verb: str  # get | list | watch | create | update | patch | delete | deletecollection; "" for discovery and the like
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    write: bool
    command: int | None  # place in the command log, for a write
    ms: float  # wall time that the server took
    number: int = 0  # counts the requests of this run since it is in memory
    skipped: int = 0  # requests before this one that viewers were not told of


class Pong(msgspec.Struct, tag_field="t", tag="pong"):
    """The answer to a Ping, at once and behind no frame: the browser measures the round trip."""

    number: int


class Resume(msgspec.Struct, tag_field="t", tag="resume"):
    """Ask for a snapshot: after a gap or a reconnect."""

    epoch: int
    seq: int


class Ack(msgspec.Struct, tag_field="t", tag="ack"):
    """Sent at most every 250 ms: the last frame that was drawn."""

    epoch: int
    seq: int


class Ping(msgspec.Struct, tag_field="t", tag="ping"):
    """Asks for a Pong with the same number."""

    number: int


class ClockCall(msgspec.Struct, tag_field="t", tag="clock"):
    """Same fields as POST /api/v1/runs/{id}/clock/."""

    action: str  # play | pause | step | seek | speed | advance
    unit: str = "event"  # step: "event" | "step" (meaningful: next trace entry)
    count: int = 1  # step; negative steps back
    at: int | None = None
    event: int | None = None
    factor: float | None = None
    by: str | None = None  # advance: "60s"
    until: str | None = None  # advance: a condition, with `limit`
    limit: str | None = None


class CommandCall(msgspec.Struct, tag_field="t", tag="command"):
    """Same fields as POST /api/v1/runs/{id}/commands/; `client_id` makes a retry harmless."""

    client_id: str
    kind: str  # apply | delete | scale | fault
    manifest: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    replicas: int | None = None
    fault: str = ""  # node-down node-up node-shutdown node-reboot pod-kill member-down member-up apiserver-down apiserver-up partition heal
    target: str = ""
    fork: bool = True  # in the past: fork there (else jump to the head and do it there)


ServerMessage = Hello | Snapshot | Delta | CommandDone | Notice | Progress | ClientSeen | Pong
ClientMessage = Resume | Ack | Ping | ClockCall | CommandCall
